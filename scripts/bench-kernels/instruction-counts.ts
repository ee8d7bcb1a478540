import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RATCHET_CASES } from './cases';
import { BENCH_PROCESSORS } from './processors';
import { BENCH_DIRECTORY, BenchBuild } from './run/build';
import { countCases } from './run/emulator';
import { toolVersions } from './run/tool-versions';

/** Counts by processor, then by case. */
export type InstructionCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** kernels/bench/instruction-counts.json. */
export interface RecordedCounts {
  /** What compiled and linked the kernels: another version makes other code, whose counts mean nothing here. */
  readonly toolchain: Readonly<Record<string, string>>;
  readonly counts: InstructionCounts;
}

/** A case that needs more instructions than were recorded, or that was not recorded. */
export interface CountRise {
  readonly processor: string;
  readonly case: string;
  /** Undefined for a case that was not recorded. */
  readonly recorded?: number;
  readonly counted: number;
}

const FILE = join(BENCH_DIRECTORY, 'instruction-counts.json');

/** The tools that decide a count; any qemu counts the same. */
export function countingToolchain(): Record<string, string> {
  return toolVersions(['compiler', 'linker']);
}

export function readRecordedCounts(): RecordedCounts {
  return JSON.parse(readFileSync(FILE, 'utf8')) as RecordedCounts;
}

export function writeRecordedCounts(recorded: RecordedCounts): void {
  writeFileSync(FILE, `${JSON.stringify(recorded, undefined, 2)}\n`);
}

/** Counts the small cases of our kernels on each processor. */
export async function countOurs(build: BenchBuild): Promise<InstructionCounts> {
  const counts: Record<string, Record<string, number>> = {};
  for (const processor of BENCH_PROCESSORS) {
    const run = await countCases(build, processor, { name: 'ours' }, RATCHET_CASES);
    counts[processor.name] = Object.fromEntries(
      [...run.counts].map(([text, { instructions }]) => [text, instructions]),
    );
  }
  return counts;
}

export function risesOf(recorded: InstructionCounts, counted: InstructionCounts): CountRise[] {
  return Object.entries(counted).flatMap(([processor, cases]) =>
    Object.entries(cases)
      .map(([text, count]) => ({ processor, case: text, recorded: recorded[processor]?.[text], counted: count }))
      .filter(({ recorded: before, counted: now }) => before === undefined || now > before),
  );
}
