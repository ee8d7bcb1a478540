import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Option, program } from 'commander';
import { BENCH_PROCESSORS, BenchProcessor } from '../bench-kernels/processors';
import { BENCH_DIRECTORY } from '../bench-kernels/run/build';
import { toolVersions } from '../bench-kernels/run/tool-versions';
import { Column, formatTable } from '../bench-kernels/table';
import { CountedLengths, countEngine, EngineCount } from './count';
import { buildEngines, Engine, EnginesBuild } from './engines';
import { ensureExampleModels } from './example-models';
import { layerModel } from './layer-model';
import { fetchLlamaCpp } from './packages';

/** Weights as a file has them; GK4 is made of one while loading, and only by this project's engine. */
const FORMATS = [
  // Not on the layer: qemu computes products of floats number by number, which takes it many minutes.
  { name: 'F16', type: 'F16', weights: 'filed' },
  { name: 'Q8_0', type: 'Q8_0', weights: 'filed' },
  { name: 'Q4_0', type: 'Q4_0', weights: 'filed' },
  { name: 'GK4', type: 'Q8_0', weights: 'gk4' },
] as const;
type Format = (typeof FORMATS)[number];

/** Short for the layer, whose products are many instructions: the count of each token is nearly the same. */
const EXAMPLE: CountedLengths = { prompt: 128, answer: 64 };
const LAYER: CountedLengths = { prompt: 16, answer: 2 };

/** A row of kernels/bench/engines.json. Instructions for each token; null where an engine has no such weights. */
interface Row {
  readonly model: string;
  readonly processor: string;
  readonly weights: string;
  readonly phase: 'prefill' | 'decode';
  readonly ours: number;
  readonly llamaCpp: number | null;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'model', value: (row) => row.model },
  { title: 'processor', value: (row) => row.processor },
  { title: 'weights', value: (row) => row.weights },
  { title: 'phase', value: (row) => row.phase },
  { title: 'ours', value: (row) => row.ours },
  { title: 'llama.cpp', value: (row) => row.llamaCpp },
];

/** For the models of layers, which are made anew in each run: it takes seconds, and their sources may have changed. */
const scratch = mkdtempSync(join(tmpdir(), 'llama-cpp-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));

function layerFile(type: Format['type'], layers: number): string {
  const file = join(scratch, `layers-${layers}-${type}.gguf`);
  if (!existsSync(file)) {
    writeFileSync(file, layerModel(type, layers));
  }
  return file;
}

type Count = (engine: Engine) => EngineCount;

/** A layer is what two layers need beyond one: embedding, output matrix and what is done once cancel out. */
function countLayer(build: EnginesBuild, processor: BenchProcessor, { type }: Format): Count {
  return (engine) => {
    const [one, two] = [1, 2].map((layers) => countEngine(build, processor, engine, layerFile(type, layers), LAYER));
    return { prefill: two.prefill - one.prefill, decode: two.decode - one.decode, variant: two.variant };
  };
}

function rowsOf(model: string, processor: BenchProcessor, { name, weights }: Format, count: Count): Row[] {
  const ours = count({ name: 'ours', weights });
  const peer = weights === 'filed' ? count({ name: 'llama.cpp', directory: fetchLlamaCpp('arm64') }) : null;
  const rows = (['prefill', 'decode'] as const).map((phase) => ({
    ...{ model, processor: processor.name, weights: name, phase },
    ours: Math.round(ours[phase]),
    llamaCpp: peer && Math.round(peer[phase]),
  }));
  console.log(`${model}, ${name} on ${processor.name}: ${ours.variant} against ${peer?.variant ?? 'nothing'}`);
  rows.forEach((row) => console.log(`  ${row.phase}: ${row.ours} against ${row.llamaCpp ?? 'nothing'}`));
  return rows;
}

function countAll(processors: readonly BenchProcessor[]): Row[] {
  const build = buildEngines();
  const examples = ensureExampleModels();
  return processors.flatMap((processor) =>
    FORMATS.flatMap((format) => [
      ...rowsOf('example', processor, format, (engine) =>
        countEngine(build, processor, engine, examples[format.type], EXAMPLE),
      ),
      ...(format.type === 'F16' ? [] : rowsOf('layer', processor, format, countLayer(build, processor, format))),
    ]),
  );
}

interface EnginesDocument {
  readonly rows: readonly Row[];
}

/** Rows of other processors stay as an earlier run wrote them. */
function record(rows: readonly Row[]): void {
  const file = join(BENCH_DIRECTORY, 'engines.json');
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as EnginesDocument).rows : [];
  const kept = before.filter((old) => !rows.some(({ processor }) => processor === old.processor));
  const date = new Date().toISOString().slice(0, 10);
  const document = {
    date,
    tools: toolVersions(),
    lengths: { example: EXAMPLE, layer: LAYER },
    rows: [...kept, ...rows],
  };
  writeFileSync(file, `${JSON.stringify(document, undefined, 2)}\n`);
}

const NAMES = BENCH_PROCESSORS.map(({ name }) => name);
const { processor: chosen } = program
  .name('bench:llama-cpp')
  .description('Counts instructions for each token of this project’s engine and of llama.cpp, which npm fetches.')
  .addOption(new Option('--processor <names...>', 'only these').choices(NAMES).default(NAMES))
  .parse()
  .opts<{ processor: string[] }>();
const rows = countAll(BENCH_PROCESSORS.filter(({ name }) => chosen.includes(name)));
record(rows);
console.log(formatTable(COLUMNS, rows));
