import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { CpuFeature } from '../../lib';
import { readElf } from '../../lib/kernels/elf/elf-file';
import { encodingTable } from '../../lib/kernels/isa/encoding-table';
import { withImplied } from '../../lib/kernels/isa/feature-implications';
import { findFeatureUses, wordsOf } from '../../lib/kernels/isa/find-feature-uses';
import { Agreement, Comparison, compareWithLlvm } from '../../scripts/isa-peers/compare-with-llvm';
import { LLVM_FEATURES } from '../../scripts/isa-peers/llvm-features';
import { buildKernelBundle, readManifest } from '../../scripts/kernels/kernel-build';
import { assemble, refusedByGnu } from './assembler';
import { INSTRUCTIONS_BY_FEATURE, NOTHING_NEEDED } from './instructions-by-feature';

let bundle: string;
beforeAll(() => {
  bundle = buildKernelBundle();
}, 180_000);

/** The same numbers in every run. */
function randomWords(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

function disagreements(comparisons: readonly Comparison[]): string[] {
  const fine = [Agreement.NOTHING_NEEDED, Agreement.SAME_FEATURES, Agreement.NO_INSTRUCTION];
  return comparisons
    .filter(({ agreement }) => !fine.includes(agreement))
    .map(({ word, agreement, row, text }) => `${agreement}: ${word.toString(16)} ${text} (${row?.features.join(' ')})`);
}

describe('against llvm-objdump', () => {
  test('words of every row of the table need what it says', { timeout: 240_000 }, () => {
    const random = randomWords(20261123);
    const words = encodingTable().flatMap(({ mask, value }) =>
      Array.from({ length: 8 }, () => ((random() & ~mask) | value) >>> 0),
    );
    const comparisons = compareWithLlvm(Uint32Array.from(new Set(words)));
    expect(disagreements(comparisons)).toEqual([]);
    const same = comparisons.filter(({ agreement }) => agreement === Agreement.SAME_FEATURES);
    expect(same.length / comparisons.length).toBeGreaterThan(0.98);
  });

  test('random words, most of which are Armv8.0 or nothing, are never missed', { timeout: 240_000 }, () => {
    const random = randomWords(8);
    const anything = Array.from({ length: 20_000 }, random);
    const systemRegisters = Array.from({ length: 5_000 }, () => ((random() & 0x0028ffff) | 0xd5030000) >>> 0);
    expect(disagreements(compareWithLlvm(Uint32Array.from(new Set([...anything, ...systemRegisters]))))).toEqual([]);
  });

  test('every object of the bundle', { timeout: 120_000 }, () => {
    const words = readManifest(bundle)
      .files.filter(({ machine }) => machine !== undefined)
      .flatMap(({ path }) => {
        const elf = readElf(readFileSync(join(bundle, path))).file!;
        return elf.code.flatMap((range) => [...wordsOf(elf.bytesOf(range))].map((word) => word >>> 0));
      });
    expect(words.length).toBeGreaterThan(6_000);
    const comparisons = compareWithLlvm(Uint32Array.from(new Set(words)));
    expect(disagreements(comparisons)).toEqual([]);
    expect(comparisons.filter(({ agreement }) => agreement === Agreement.NO_INSTRUCTION)).toEqual([]);
  });
});

describe('assembled instructions', () => {
  test.each(Object.entries(INSTRUCTIONS_BY_FEATURE))('%s', (feature, lines) => {
    const { on } = LLVM_FEATURES[feature as CpuFeature]!;
    for (const line of lines) {
      const uses = findFeatureUses(readElf(assemble([line], on.join(','))).file!);
      // An instruction may need a second feature, but no other than its own and what that one brings.
      expect([line, uses.map((use) => use.feature)]).toEqual([line, expect.arrayContaining([feature])]);
      const brought = withImplied([feature as CpuFeature]);
      expect([line, uses.filter((use) => !brought.has(use.feature))]).toEqual([line, []]);
    }
  });

  test('of Armv8.0, and hints, need nothing', () => {
    const elf = readElf(assemble(NOTHING_NEEDED, 'pauth,bti,ras,spe,mte,gcs')).file!;
    expect(elf.code.reduce((sum, { size }) => sum + size, 0)).toBe(4 * NOTHING_NEEDED.length);
    expect(findFeatureUses(elf)).toEqual([]);
  });

  test('data among the code is not decoded', () => {
    const lines = ['nop', '.word 0x04000000', 'ret'];
    expect(findFeatureUses(readElf(assemble(lines, '')).file!)).toEqual([]);
    expect(findFeatureUses(readElf(assemble(['nop', '.inst 0x04000000', 'ret'], '')).file!)).toEqual([
      expect.objectContaining({ feature: CpuFeature.SVE, address: 4, count: 1 }),
    ]);
  });

  test('are found in the function that holds them', () => {
    const lines = ['first:', 'ret', '.type second, %function', 'second:', 'nop', 'smmla v0.4s, v1.16b, v2.16b', 'ret'];
    const [use] = findFeatureUses(readElf(assemble(lines, 'i8mm')).file!);
    expect(use).toMatchObject({ feature: CpuFeature.I8MM, symbol: 'second', symbolOffset: 4, address: 8, count: 1 });
  });

  test('of the helpers for outlined atomics ask the CPU themselves', () => {
    const helper = (name: string) => [
      `.type ${name}, %function`,
      `${name}:`,
      'ldadd w0, w0, [x1]',
      'ret',
      `.size ${name}, . - ${name}`,
    ];
    const uses = (name: string) => findFeatureUses(readElf(assemble(helper(name), 'lse')).file!);
    expect(uses('__aarch64_ldadd4_acq_rel')).toEqual([]);
    expect(uses('my_ldadd4')).toEqual([expect.objectContaining({ feature: CpuFeature.ATOMICS })]);
  });
});

describe('against the GNU assembler, which knows nothing of LLVM', () => {
  const featured = Object.values(INSTRUCTIONS_BY_FEATURE).flat();
  const refusals = () => refusedByGnu([...featured, ...NOTHING_NEEDED]);
  const isTooNew = (message: string) => !message.includes('selected processor does not support');

  test('Armv8.0 has no instruction that the decoder finds a feature for', () => {
    const messages = refusals().slice(0, featured.length);
    expect(featured.filter((_, index) => messages[index] === undefined)).toEqual([]);
    // An assembler older than the feature does not know the instruction at all, which proves nothing.
    expect(messages.filter((message) => !isTooNew(message!)).length).toBeGreaterThan(100);
  });

  test('Armv8.0 has each one that needs nothing', () => {
    const messages = refusals().slice(featured.length);
    const refused = NOTHING_NEEDED.filter((_, index) => messages[index] !== undefined && !isTooNew(messages[index]));
    expect(refused).toEqual([]);
    expect(messages.filter((message) => message === undefined).length).toBeGreaterThan(NOTHING_NEEDED.length - 3);
  });
});
