import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BenchCase, caseText } from '../cases';
import { readTrace, Trace } from '../cycles/trace';
import { BenchProcessor } from '../processors';
import { BenchBuild } from './build';

/** What the driver measures: ours, or a peer and the directory of its objects. */
export interface MeasuredLibrary {
  readonly name: 'ours' | 'ggml' | 'onnxruntime';
  /** Undefined for ours. */
  readonly directory?: string;
}

/** What was counted for a case. */
export interface CaseCount {
  /** Executed between the marks: exact, and the same on every run. */
  readonly instructions: number;
  /** How many operations that were. */
  readonly operations: number;
  /** Only when it was asked for. */
  readonly trace?: Trace;
}

export interface CountedRun {
  /** What the driver said of the library it loaded, such as its version. */
  readonly library: Readonly<Record<string, string>>;
  /** By the case's text; a case that the library does not offer is missing. */
  readonly counts: ReadonlyMap<string, CaseCount>;
}

/** Regions that the driver can mark in one process (driver/measure.h). */
const REGIONS = 31;

/** A line of the driver about a case. */
interface DriverLine {
  readonly case?: string;
  readonly region?: number;
  readonly operations?: number;
}

/** A line of the plug-in. */
interface RegionCount {
  readonly region: number;
  readonly entries: number;
  readonly instructions: number;
}

/**
 * Counts cases of one library on an emulated processor, on one thread.
 *
 * @param traced whether the executed path is kept too
 * @throws Error when qemu or the driver fails, with what it said
 */
export async function countCases(
  build: BenchBuild,
  processor: BenchProcessor,
  library: MeasuredLibrary,
  cases: readonly BenchCase[],
  traced = false,
): Promise<CountedRun> {
  const runs: CountedRun[] = [];
  for (let first = 0; first < cases.length; first += REGIONS) {
    runs.push(await countOnce(build, processor, library, cases.slice(first, first + REGIONS), traced));
  }
  const counts = new Map(runs.flatMap((run) => [...run.counts]));
  return { library: runs[0]?.library ?? {}, counts };
}

async function countOnce(
  build: BenchBuild,
  processor: BenchProcessor,
  library: MeasuredLibrary,
  cases: readonly BenchCase[],
  traced: boolean,
): Promise<CountedRun> {
  const directory = mkdtempSync(join(build.scratch, `${processor.name}-${library.name}-`));
  try {
    const output = { counts: join(directory, 'counts'), trace: join(directory, 'trace') };
    const segments = join(directory, 'segments');
    const plugin = [build.plugin, `counts=${output.counts}`];
    const stdout = await run([
      // A fixed seed: what the program takes for random, such as the C library's hash keys, must not move a count.
      ...['-L', writeSysroot(directory, processor), '-cpu', processor.qemuCpu, '-seed', '1'],
      ...['-plugin', [...plugin, ...(traced ? [`trace=${output.trace}`, `segments=${segments}`] : [])].join(',')],
      ...[build.driver, library.name, ...(library.directory ? ['--from', library.directory] : [])],
      ...cases.map(caseText),
    ]);
    const lines = stdout.trim().split('\n');
    const regions = JSON.parse(readFileSync(output.counts, 'utf8')) as RegionCount[];
    const traces = traced ? readTrace(output.trace, segments) : undefined;
    return collect(lines, regions, traces);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function collect(lines: readonly string[], regions: readonly RegionCount[], traces?: Map<number, Trace>): CountedRun {
  const counts = new Map<string, CaseCount>();
  for (const line of lines.slice(1).map((text) => JSON.parse(text) as DriverLine)) {
    if (line.case === undefined || line.region === undefined) {
      continue;
    }
    const counted = regions.find(({ region }) => region === line.region);
    if (counted?.entries !== 1) {
      throw new Error(
        `bench: region ${line.region} of ${line.case} was entered ${counted?.entries ?? 0} times, not once`,
      );
    }
    counts.set(line.case, {
      instructions: counted.instructions,
      operations: line.operations ?? 1,
      trace: traces?.get(line.region),
    });
  }
  return { library: JSON.parse(lines[0]) as Record<string, string>, counts };
}

function run(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    // The environment reaches the emulated program, so nothing of the caller's may; and no core file on a fatal signal.
    const child = spawn('/bin/sh', ['-c', 'ulimit -c 0; exec qemu-aarch64 "$@"', 'sh', ...args], {
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (status, signal) => {
      if (status === 0) {
        resolve(stdout);
        return;
      }
      const hint =
        status === 127 ? ' It runs Arm64 programs on this machine (Debian, Ubuntu: apt-get install qemu-user).' : '';
      reject(new Error(`bench: qemu-aarch64 ended by ${signal ?? `status ${status}`}: ${stderr.trim()}.${hint}`));
    });
  });
}

/** Where the emulated program finds the Arm64 C library, and the CPU that ONNX Runtime reads from /proc/cpuinfo. */
function writeSysroot(directory: string, processor: BenchProcessor): string {
  const sysroot = join(directory, 'sysroot');
  mkdirSync(join(sysroot, 'proc'), { recursive: true });
  const cross = '/usr/aarch64-linux-gnu/lib';
  if (existsSync(join(cross, 'ld-linux-aarch64.so.1'))) {
    symlinkSync(cross, join(sysroot, 'lib'));
  }
  const fields: readonly (readonly [string, string])[] = [
    ['processor', '0'],
    ['Features', processor.features],
    ['CPU implementer', '0x41'],
    ['CPU architecture', '8'],
    ['CPU variant', '0x0'],
    ['CPU part', processor.part],
    ['CPU revision', '1'],
  ];
  writeFileSync(join(sysroot, 'proc/cpuinfo'), fields.map(([name, value]) => `${name}\t: ${value}\n`).join('') + '\n');
  return sysroot;
}
