import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { readElf } from '../../lib/kernels/elf/elf-file';
import { findFeatureUses } from '../../lib/kernels/isa/find-feature-uses';
import { findVectorLengthUse } from '../../lib/kernels/isa/vector-length-use';
import { BUNDLE_DIRECTORY } from '../../scripts/kernels/kernel-build';
import { assemble } from '../kernels-native/assembler';
import { useBuiltInKernels } from '../support/built-in-kernels';
import { AARCH64, elfHeader } from '../support/bundle-maker';

useBuiltInKernels();

let samples: Buffer[];
beforeAll(() => {
  const lib = join(BUNDLE_DIRECTORY, 'lib');
  const objects = readdirSync(lib).map((name) => join(lib, name));
  const selfTest = join(BUNDLE_DIRECTORY, 'bin/graviton-kernels-selftest');
  samples = [...objects, selfTest].map((file) => readFileSync(file));
  samples.push(assemble(['f:', 'ptrue p0.s, vl8', '.word 1', 'ret'], 'sve'));
});

/** Everything that the gate does with a file. The outcome is a reading or a reason, and never an exception. */
function readAll(content: Buffer): string {
  const { file, malformed } = readElf(content);
  if (file === undefined) {
    expect(malformed).toMatch(/\S/);
    return 'refused';
  }
  findFeatureUses(file).forEach(({ address }) => expect(address).toBeGreaterThanOrEqual(0));
  findVectorLengthUse(file);
  return 'read';
}

describe('a real file', () => {
  test('is read as readelf reads it', () => {
    const dispatcher = readElf(readFileSync(join(BUNDLE_DIRECTORY, 'lib/libgraviton_kernels.so'))).file!;
    expect(dispatcher).toMatchObject({ abi: 'System V', neededLibraries: ['libc.so.6'] });
    expect(dispatcher.versionNeeds).toContainEqual({ library: 'libc.so.6', version: 'GLIBC_2.34' });
    expect(dispatcher.code.map(({ name }) => name)).toContain('.text');
  });

  test('without section headers is still decoded, from its segments', () => {
    const path = join(BUNDLE_DIRECTORY, 'lib/libgraviton_kernels_neon_dotprod.so');
    const content = readFileSync(path);
    const whole = findFeatureUses(readElf(content).file!);
    content.writeBigUInt64LE(0n, 40);
    content.writeUInt16LE(0, 60);
    const stripped = findFeatureUses(readElf(content).file!);
    expect(stripped.map(({ feature, address }) => [feature, address])).toEqual(
      whole.map(({ feature, address }) => [feature, address]),
    );
    expect(stripped[0].symbol).toBeUndefined();
    expect(statSync(path).size).toBe(content.length);
  });

  test('shows a predicate for longer vectors than Graviton4 has', () => {
    const use = (line: string) => findVectorLengthUse(readElf(assemble(['f:', line, 'ret'], 'sve')).file!);
    expect(use('ptrue p0.s, vl8')).toMatchObject({ leastVectorBits: 256, symbol: 'f', address: 0 });
    expect(use('ptrues p0.b, vl64')).toMatchObject({ leastVectorBits: 512 });
    expect(use('ptrue p0.s, vl4')).toBeUndefined();
    expect(use('ptrue p0.s')).toBeUndefined();
    expect(use('ptrue p0.s, pow2')).toBeUndefined();
  });
});

describe('a damaged file', () => {
  test('is read or refused with a reason, whichever bytes are wrong', () => {
    const outcomes = new Set<string>();
    const sample = fc.nat().map((index) => samples[index % samples.length]);
    const headerByte = fc.tuple(fc.nat({ max: 63 }), fc.integer({ min: 0, max: 255 }));
    const anyByte = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
    // Most of what a reader believes stands in the headers, at the start and at the end of the file.
    const tailByte = fc.tuple(fc.nat({ max: 2_000 }), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(
        sample,
        fc.array(headerByte, { maxLength: 2 }),
        fc.array(anyByte, { maxLength: 6 }),
        fc.array(tailByte, { maxLength: 6 }),
        (original, head, anywhere, tail) => {
          const content = Buffer.from(original);
          head.forEach(([offset, value]) => (content[offset] = value));
          anywhere.forEach(([offset, value]) => (content[offset % content.length] = value));
          tail.forEach(([offset, value]) => (content[content.length - 1 - (offset % content.length)] = value));
          outcomes.add(readAll(content));
        },
      ),
      { numRuns: 1_500 },
    );
    expect([...outcomes].sort()).toEqual(['read', 'refused']);
  });

  test('is read or refused wherever it is cut off', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (index, share) => {
        const original = samples[index % samples.length];
        readAll(original.subarray(0, Math.floor(original.length * share)));
      }),
      { numRuns: 300 },
    );
  });

  test('of random bytes behind a good magic number is read or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 400 }), (bytes) => {
        readAll(Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01\x00', 'latin1'), Buffer.from(bytes)]));
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    [4, 1, 'EI_CLASS is 1: not a 64-bit file'],
    [7, 9, 'EI_OSABI is 9: not a file for Linux'],
  ])('with %i in its identification is refused', (offset, value, malformed) => {
    const header = elfHeader(AARCH64);
    header[offset] = value;
    expect(readElf(header)).toEqual({ malformed });
  });

  test('that claims more sections than it has bytes is refused at once', () => {
    const content = Buffer.from(samples[0]);
    content.writeUInt16LE(0xfffe, 60);
    expect(readElf(content).malformed).toContain('the table of section headers');
  });
});
