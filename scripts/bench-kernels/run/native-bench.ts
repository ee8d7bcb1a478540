import { spawnSync } from 'node:child_process';
import { BenchCase, caseText } from '../cases';
import { BenchBuild } from './build';
import { MeasuredLibrary } from './emulator';

/** What the driver measured for a case on a real Arm64 machine; the figures are of `operations` operations. */
export interface NativeRow {
  readonly library: string;
  readonly case: string;
  readonly operations: number;
  readonly runs: number;
  /** Of the fastest run. */
  readonly nanoseconds: number;
  /** Null where the kernel forbids the PMU (kernel.perf_event_paranoid above 2, or a virtual machine without one). */
  readonly cycles: number | null;
  readonly instructions: number | null;
}

/**
 * Measures every case of every library on this machine, one after the other.
 *
 * @throws Error when the driver fails, with what it said
 */
export function runNativeBench(
  build: BenchBuild,
  cases: readonly BenchCase[],
  libraries: readonly MeasuredLibrary[],
): NativeRow[] {
  return libraries.flatMap(({ name, directory }) => {
    const from = directory ? ['--from', directory] : [];
    const result = spawnSync(build.driver, [name, ...from, ...cases.map(caseText)], { encoding: 'utf8' });
    if (result.status !== 0) {
      throw new Error(`bench: ${name} failed: ${result.error?.message ?? result.stderr}`);
    }
    const lines = result.stdout.trim().split('\n').slice(1);
    const rows = lines.map((line) => ({ library: name, ...(JSON.parse(line) as Omit<NativeRow, 'library'>) }));
    return rows.filter(({ nanoseconds }) => nanoseconds !== undefined);
  });
}
