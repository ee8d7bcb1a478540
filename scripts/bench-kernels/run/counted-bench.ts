import { availableParallelism } from 'node:os';
import { BenchCase, caseText } from '../cases';
import { CycleModeller, ModelledCycles } from '../cycles/cycle-model';
import { BENCH_PROCESSORS, BenchProcessor } from '../processors';
import { BenchBuild } from './build';
import { countCases, CountedRun, MeasuredLibrary } from './emulator';
import { inPool } from './pool';

/** What was counted and modelled for one processor. */
export interface ProcessorRuns {
  readonly processor: BenchProcessor;
  /** By the library's name; a peer that could not be fetched is missing. */
  readonly counted: Readonly<Record<string, CountedRun>>;
  /** By the library's name, then by the case's text, then by the cycle model's name. */
  readonly cycles: Readonly<Record<string, CaseCycles>>;
}

export type CaseCycles = ReadonlyMap<string, Readonly<Record<string, ModelledCycles>>>;

type CountJob = () => Promise<{ processor: BenchProcessor; library: string; run: CountedRun }>;
type ModelJob = () => Promise<{ text: string; model: string; cycles: ModelledCycles }>;

/** Counts the cases of every library on every processor, then models the cycles of ours and of the peers' 4 bits. */
export async function runCountedBench(
  build: BenchBuild,
  cases: readonly BenchCase[],
  peers: readonly MeasuredLibrary[],
  say: (text: string) => void,
): Promise<ProcessorRuns[]> {
  const width = availableParallelism();
  const libraries: readonly MeasuredLibrary[] = [...peers, { name: 'ours' }];
  const jobs: CountJob[] = partsOf(cases).flatMap((part) =>
    BENCH_PROCESSORS.flatMap((processor) =>
      libraries.map((library) => async () => {
        const traced = part.some((benchCase) => isModelled(library.name, benchCase));
        const run = await countCases(build, processor, library, part, traced);
        return { processor, library: library.name, run };
      }),
    ),
  );
  say(`counting ${cases.length} cases of ${libraries.map(({ name }) => name).join(', ')}`);
  const counted = await inPool(width, jobs);
  say('modelling cycles');
  const modeller = new CycleModeller();
  const results: ProcessorRuns[] = [];
  for (const processor of BENCH_PROCESSORS) {
    const parts = counted.filter((part) => part.processor === processor);
    const runs = libraries.map(({ name }) => [name, merge(parts, name)] as const);
    const cycles: Record<string, CaseCycles> = {};
    for (const [name, run] of runs) {
      const modelled = cases.filter((benchCase) => isModelled(name, benchCase));
      cycles[name] = await modelCycles(modeller, processor, modelled, run, width);
    }
    results.push({ processor, counted: Object.fromEntries(runs), cycles });
  }
  return results;
}

/**
 * The cases in parts that are counted side by side. The first is the slowest, so that it is not left to run alone at the
 * end: ggml multiplies bf16 without the matrix instructions, in more instructions than all else together.
 */
function partsOf(cases: readonly BenchCase[]): BenchCase[][] {
  const rest = cases.filter(({ kernel }) => kernel !== 'bf16' && kernel !== 'gk4');
  const parts = [...['bf16', 'gk4'].map((name) => cases.filter(({ kernel }) => kernel === name)), rest];
  return parts.filter((part) => part.length > 0);
}

/** A core's peak is in multiply-adds: a kernel without them has none to be held against. */
function isModelled(library: string, { arithmetic, kernel }: BenchCase): boolean {
  return arithmetic !== undefined && (library === 'ours' || kernel === 'gk4');
}

function merge(parts: readonly { library: string; run: CountedRun }[], name: string): CountedRun {
  const runs = parts.filter(({ library }) => library === name).map(({ run }) => run);
  return { library: runs[0].library, counts: new Map(runs.flatMap(({ counts }) => [...counts])) };
}

async function modelCycles(
  modeller: CycleModeller,
  processor: BenchProcessor,
  cases: readonly BenchCase[],
  run: CountedRun,
  width: number,
): Promise<CaseCycles> {
  const traced = cases.map(caseText).flatMap((text) => {
    const trace = run.counts.get(text)?.trace;
    return trace ? [{ text, trace }] : [];
  });
  const jobs: ModelJob[] = traced.flatMap(({ text, trace }) =>
    processor.cycleModels.map((model) => async () => ({
      text,
      model: model.name,
      cycles: await modeller.model(trace, model),
    })),
  );
  const result = new Map<string, Record<string, ModelledCycles>>();
  for (const { text, model, cycles } of await inPool(width, jobs)) {
    result.set(text, { ...result.get(text), [model]: cycles });
  }
  return result;
}
