import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BENCH_PROCESSORS, BenchProcessor } from '../bench-kernels/processors';
import { BENCH_DIRECTORY } from '../bench-kernels/run/build';
import { toolVersions } from '../bench-kernels/run/tool-versions';
import { Column, formatTable } from '../bench-kernels/table';
import { CountedLengths, countEngine, EngineCount } from './count';
import { buildEngines, Engine, EnginesBuild } from './engines';
import { ensureExampleModels } from './example-models';
import { layerModel } from './layer-model';
import { fetchLlamaCpp } from './packages';

const CACHE = resolve(__dirname, '../../node_modules/.cache/llama-cpp');
const TYPES = ['F16', 'Q8_0', 'Q4_0'] as const;
type CountedType = (typeof TYPES)[number];

/** Short for the layer, whose F16 products are many instructions: a count of each token is nearly the same. */
const EXAMPLE: CountedLengths = { prompt: 128, answer: 64 };
const LAYER: CountedLengths = { prompt: 64, answer: 8 };

/** A row of kernels/bench/engines.json. Instructions for each token. */
interface Row {
  readonly model: string;
  readonly processor: string;
  readonly weights: string;
  readonly phase: 'prefill' | 'decode';
  readonly ours: number;
  readonly llamaCpp: number;
  readonly oursAsGk4: number;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'model', value: (row) => row.model },
  { title: 'processor', value: (row) => row.processor },
  { title: 'weights in the file', value: (row) => row.weights },
  { title: 'phase', value: (row) => row.phase },
  { title: 'ours', value: (row) => row.ours },
  { title: 'llama.cpp', value: (row) => row.llamaCpp },
  { title: 'ours as GK4', value: (row) => row.oursAsGk4 },
];

function layerFile(type: CountedType, layers: number): string {
  const file = join(CACHE, `layers-${layers}-${type}.gguf`);
  if (!existsSync(file)) {
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(`${file}.${process.pid}`, layerModel(type, layers));
    renameSync(`${file}.${process.pid}`, file);
  }
  return file;
}

type Count = (engine: Engine) => EngineCount;

/** A layer is what two layers need beyond one: embedding, output matrix and what is done once cancel out. */
function countLayer(build: EnginesBuild, processor: BenchProcessor, type: CountedType): Count {
  return (engine) => {
    const [one, two] = [1, 2].map((layers) => countEngine(build, processor, engine, layerFile(type, layers), LAYER));
    return { prefill: two.prefill - one.prefill, decode: two.decode - one.decode, variant: two.variant };
  };
}

function rowsOf(model: string, processor: BenchProcessor, weights: string, count: Count): Row[] {
  const peer: Engine = { name: 'llama.cpp', directory: fetchLlamaCpp('arm64') };
  const ours = count({ name: 'ours' });
  const llamaCpp = count(peer);
  const gk4 = count({ name: 'ours', weights: 'gk4' });
  console.log(`${model}, ${weights} on ${processor.name}: ${ours.variant} against ${llamaCpp.variant}`);
  return (['prefill', 'decode'] as const).map((phase) => ({
    ...{ model, processor: processor.name, weights, phase },
    ours: Math.round(ours[phase]),
    llamaCpp: Math.round(llamaCpp[phase]),
    oursAsGk4: Math.round(gk4[phase]),
  }));
}

function countAll(): Row[] {
  const build = buildEngines();
  const examples = ensureExampleModels();
  return BENCH_PROCESSORS.flatMap((processor) =>
    TYPES.flatMap((type) => [
      ...rowsOf('example', processor, type, (engine) => countEngine(build, processor, engine, examples[type], EXAMPLE)),
      ...rowsOf('layer of 1B', processor, type, countLayer(build, processor, type)),
    ]),
  );
}

const rows = countAll();
writeFileSync(
  join(BENCH_DIRECTORY, 'engines.json'),
  `${JSON.stringify({ date: new Date().toISOString().slice(0, 10), tools: toolVersions(), example: EXAMPLE, layer: LAYER, rows }, undefined, 2)}\n`,
);
console.log(formatTable(COLUMNS, rows));
