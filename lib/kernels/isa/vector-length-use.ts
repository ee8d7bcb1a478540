import { ElfFile } from '../elf/elf-file';
import { symbolAt } from '../elf/elf-symbols';
import { wordsOf } from './find-feature-uses';

/** A predicate that is empty when SVE vectors are shorter than the code was compiled for. */
export interface VectorLengthUse {
  /** The shortest vector, in bits, on which the predicate has a lane. */
  readonly leastVectorBits: number;
  readonly address: number;
  readonly symbol?: string;
}

/** PTRUE and PTRUES (SVE), Arm Architecture Reference Manual C8: element size in bits 23:22, pattern in bits 9:5. */
const PTRUE = { mask: 0xff3efc10 | 0, value: 0x2518e000 };
/** Lanes of the patterns VL1 to VL8 and VL16 to VL256, by the number of the pattern. */
const PATTERN_LANES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 32, 64, 128, 256];
const LEAST_SVE_BITS = 128;

/**
 * The fixed-length predicate of a file that needs the longest vectors. On shorter ones it has no lane at all, so that the
 * code does not trap: it gives wrong results. Code that was compiled for one length in another way cannot be seen.
 *
 * @returns undefined when every SVE CPU has long enough vectors for all of them
 */
export function findVectorLengthUse(file: ElfFile): VectorLengthUse | undefined {
  let longest: (VectorLengthUse & { readonly section: number }) | undefined;
  for (const range of file.code) {
    const words = wordsOf(file.bytesOf(range));
    for (let index = 0; index < words.length; index += 1) {
      const word = words[index];
      if ((word & PTRUE.mask) !== PTRUE.value) {
        continue;
      }
      const lanes = PATTERN_LANES.at((word >>> 5) & 31) ?? 0;
      const bits = lanes * (8 << ((word >>> 22) & 3));
      if (bits > Math.max(LEAST_SVE_BITS, longest?.leastVectorBits ?? 0)) {
        longest = { leastVectorBits: bits, address: range.address + index * 4, section: range.section };
      }
    }
  }
  if (longest === undefined) {
    return undefined;
  }
  const symbol = symbolAt(file.symbols, longest);
  const { leastVectorBits, address } = longest;
  return { leastVectorBits, address, ...(symbol && { symbol: file.nameOf(symbol) }) };
}
