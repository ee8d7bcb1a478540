import { beforeAll, describe, expect, test } from 'vitest';
import { caseText, RATCHET_CASES } from '../../scripts/bench-kernels/cases';
import {
  countingToolchain,
  countOurs,
  InstructionCounts,
  readRecordedCounts,
  risesOf,
} from '../../scripts/bench-kernels/instruction-counts';
import { BENCH_PROCESSORS } from '../../scripts/bench-kernels/processors';
import { BenchBuild, buildBench } from '../../scripts/bench-kernels/run/build';
import { countCases } from '../../scripts/bench-kernels/run/emulator';

const recorded = readRecordedCounts();
const isRecordedToolchain = JSON.stringify(countingToolchain()) === JSON.stringify(recorded.toolchain);

let build: BenchBuild;
let counted: InstructionCounts;
beforeAll(async () => {
  build = buildBench();
  counted = await countOurs(build);
}, 180_000);

describe('instruction counts of the kernels', () => {
  test('every case is counted on every processor', () => {
    const texts = RATCHET_CASES.map(caseText);
    BENCH_PROCESSORS.forEach(({ name }) => expect(Object.keys(counted[name])).toEqual(texts));
  });

  // Another compiler makes other code: its counts say nothing about a change of ours.
  test.skipIf(!isRecordedToolchain)(`none rises above instruction-counts.json`, () => {
    expect(risesOf(recorded.counts, counted)).toEqual([]);
  });

  test('they are the same on a second run, alone and in other company', async () => {
    const [processor] = BENCH_PROCESSORS;
    const last = RATCHET_CASES[RATCHET_CASES.length - 1];
    const run = await countCases(build, processor, { name: 'ours' }, [last]);
    expect(run.counts.get(caseText(last))?.instructions).toBe(counted[processor.name][caseText(last)]);
  });

  test('a rise and a new case are found, a fall is not', () => {
    const before = { graviton2: { a: 10, b: 10, c: 10 } };
    const now = { graviton2: { a: 11, b: 10, c: 9, d: 1 } };
    expect(risesOf(before, now)).toEqual([
      { processor: 'graviton2', case: 'a', recorded: 10, counted: 11 },
      { processor: 'graviton2', case: 'd', recorded: undefined, counted: 1 },
    ]);
  });
});
