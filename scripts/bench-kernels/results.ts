import { BenchCase, caseText } from './cases';
import { ModelledCycles } from './cycles/cycle-model';
import { CaseCycles, ProcessorRuns } from './run/counted-bench';
import { CaseCount } from './run/emulator';

/** A row of kernels/bench/results.json. */
export interface ResultRow {
  readonly kernel: string;
  readonly shape: string;
  readonly processor: string;
  /** Of `ours`, `ggml` and `onnxruntime`: exact counts, divided by the work of the operation. */
  readonly unit: string;
  /** Null where there is no such kernel, or where a peer could not be fetched. */
  readonly ours: number | null;
  readonly ggml: number | null;
  readonly onnxruntime: number | null;
  /** Of ours, by the slower of the processor's cycle models: a model, not a time. Null for a kernel without MACs. */
  readonly modelledMacPerCycle: number | null;
  /** Of what one core could do in such a cycle. */
  readonly percentOfPeak: number | null;
}

/** All rows, kernel by kernel and shape by shape, the processors side by side. */
export function resultRows(cases: readonly BenchCase[], results: readonly ProcessorRuns[]): ResultRow[] {
  return cases.flatMap((benchCase) => results.map((runs) => resultRow(benchCase, runs)));
}

function resultRow(benchCase: BenchCase, { processor, counted, cycles }: ProcessorRuns): ResultRow {
  const text = caseText(benchCase);
  const modelled = Object.values(cycles.ours?.get(text) ?? {}).map((model) => model.cycles);
  const rate = modelled.length > 0 ? benchCase.work / Math.max(...modelled) : null;
  const peak = benchCase.arithmetic ? processor.peakMacPerCycle[benchCase.arithmetic] : NaN;
  return {
    kernel: benchCase.kernel,
    shape: benchCase.shape.join('x'),
    processor: processor.name,
    unit: benchCase.unit,
    ours: perWork(benchCase, counted.ours?.counts.get(text)),
    ggml: perWork(benchCase, counted.ggml?.counts.get(text)),
    onnxruntime: perWork(benchCase, counted.onnxruntime?.counts.get(text)),
    modelledMacPerCycle: rate === null ? null : round(rate, 4),
    percentOfPeak: rate === null ? null : round((100 * rate) / peak, 3),
  };
}

/** What the rows were made from: the counts as they came, and each cycle model by itself. */
export function resultDetails({ processor, counted, cycles }: ProcessorRuns): object {
  const libraries = Object.entries(counted).map(([name, run]) => [
    name,
    {
      ...run.library,
      counts: Object.fromEntries([...run.counts].map(([text, count]) => [text, exactCount(count)])),
      modelledCycles: modelledCycles(cycles[name]),
    },
  ]);
  return {
    processor: processor.name,
    standsFor: processor.standsFor,
    qemuCpu: processor.qemuCpu,
    libraries: Object.fromEntries(libraries) as object,
  };
}

function modelledCycles(cases: CaseCycles): object {
  const rounded = ({ cycles, coverage }: ModelledCycles) => ({
    cycles: Math.round(cycles),
    coverage: round(coverage, 3),
  });
  const ofCase = (models: Readonly<Record<string, ModelledCycles>>) =>
    Object.fromEntries(Object.entries(models).map(([name, model]) => [name, rounded(model)]));
  return Object.fromEntries([...cases].map(([text, models]) => [text, ofCase(models)]));
}

function exactCount({ instructions, operations }: CaseCount): object {
  return { instructions, operations };
}

function perWork({ work }: BenchCase, count: CaseCount | undefined): number | null {
  return count ? round(count.instructions / count.operations / work, 5) : null;
}

/** To this many significant digits. */
function round(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}
