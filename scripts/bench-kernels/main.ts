import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { program } from 'commander';
import { BENCH_CASES, BenchCase } from './cases';
import { fetchPeer, PEERS } from './peers/peers';
import { resultDetails, ResultRow, resultRows } from './results';
import { BENCH_DIRECTORY, buildBench } from './run/build';
import { runCountedBench } from './run/counted-bench';
import { MeasuredLibrary } from './run/emulator';
import { NativeRow, runNativeBench } from './run/native-bench';
import { toolVersions } from './run/tool-versions';
import { Column, formatTable } from './table';

const COUNTED_COLUMNS: readonly Column<ResultRow>[] = [
  { title: 'kernel', value: (row) => row.kernel },
  { title: 'shape', value: (row) => row.shape },
  { title: 'processor', value: (row) => row.processor },
  { title: 'unit (exact)', value: (row) => row.unit },
  { title: 'ours', value: (row) => row.ours },
  { title: 'ggml', value: (row) => row.ggml },
  { title: 'ONNX Runtime', value: (row) => row.onnxruntime },
  { title: 'MAC per modelled cycle, ours', value: (row) => row.modelledMacPerCycle },
  { title: '% of peak', value: (row) => row.percentOfPeak },
];

const NATIVE_COLUMNS: readonly Column<NativeRow>[] = [
  { title: 'library', value: (row) => row.library },
  { title: 'case', value: (row) => row.case },
  { title: 'ns', value: (row) => Math.round(row.nanoseconds / row.operations) },
  { title: 'cycles', value: (row) => perOperation(row.cycles, row) },
  { title: 'instructions', value: (row) => perOperation(row.instructions, row) },
  { title: 'runs', value: (row) => row.runs },
];

function perOperation(figure: number | null, { operations }: NativeRow): number | null {
  return figure === null ? null : Math.round(figure / operations);
}

/** A peer that npm cannot fetch leaves its column empty; the others are compared all the same. */
function fetchPeers(): MeasuredLibrary[] {
  return PEERS.flatMap((peer) => {
    try {
      console.log(`fetching ${peer.packageName}@${peer.version}`);
      return [fetchPeer(peer)];
    } catch (error) {
      console.error(`${peer.name} is left out: ${(error as Error).message}`);
      return [];
    }
  });
}

function writeJson(file: string, content: unknown): void {
  writeFileSync(join(BENCH_DIRECTORY, file), `${JSON.stringify(content, undefined, 2)}\n`);
}

interface BenchOptions {
  readonly kernel?: string[];
  readonly peers: boolean;
}

function chooseCases({ kernel: names }: BenchOptions): readonly BenchCase[] {
  const known = [...new Set(BENCH_CASES.map(({ kernel }) => kernel))];
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new Error(`--kernel takes ${known.join(', ')}: got ${unknown}`);
  }
  return BENCH_CASES.filter(({ kernel }) => names?.includes(kernel) ?? true);
}

async function bench(options: BenchOptions): Promise<void> {
  const cases = chooseCases(options);
  const build = buildBench();
  const peers = options.peers ? fetchPeers() : [];
  if (process.arch === 'arm64') {
    console.log(formatTable(NATIVE_COLUMNS, runNativeBench(build, cases, [{ name: 'ours' }, ...peers])));
    return;
  }
  const results = await runCountedBench(build, cases, peers, (text) => console.log(text));
  const rows = resultRows(cases, results);
  // A part of the table must not pass for the whole.
  if (options.peers && options.kernel === undefined) {
    writeJson('results.json', rows);
    writeJson('results-detail.json', {
      date: new Date().toISOString().slice(0, 10),
      tools: toolVersions(),
      processors: results.map(resultDetails),
    });
  }
  console.log(formatTable(COUNTED_COLUMNS, rows));
}

program
  .name('bench:kernels')
  .description(
    'Compares the kernels with ggml and ONNX Runtime: exact instruction counts under emulation, time on Arm64.',
  )
  .option('--kernel <names...>', 'only these kernels; nothing is written')
  .option('--no-peers', 'only ours; nothing is written')
  .action(bench)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
