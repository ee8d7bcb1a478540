import { CpuFeature } from '../../catalog/cpu-feature';
import * as advancedSimd from './data/advanced-simd.json';
import * as general from './data/general.json';
import * as sme from './data/sme.json';
import * as sve from './data/sve.json';
import * as system from './data/system.json';

/** The words of one shape that need the same CPU features. */
export interface EncodingRow {
  /** 1 for each bit that the encoding fixes. */
  readonly mask: number;
  /** The fixed bits. */
  readonly value: number;
  /** What a CPU must have, else the instruction is undefined. */
  readonly features: readonly CpuFeature[];
  /** Names of the instructions in the Arm Architecture Reference Manual; ` ...` at the end when there are more. */
  readonly mnemonics: string;
}

/** Features, separated by blanks, to bits (`.` for one that is free, bit 31 first) to mnemonics. */
type Table = Record<string, Record<string, string>>;

/**
 * Every A64 encoding that not each Armv8.0 CPU has, the most specific first: where two overlap, the first one counts.
 *
 * The tables but `system.json` are made by `scripts/isa-table` from the instruction definitions of LLVM 19.1.7
 * (Armv9.5-A). `system.json` has the system registers and cache operations that user code may touch, which LLVM decodes
 * for any CPU; their encodings are those of the Arm Architecture Reference Manual, DDI 0487, chapters C5 and D23.
 *
 * An instruction in the hint space (BTI, PACIASP, ESB, DGH) is no operation on a CPU that does not know it, and SVE code is
 * taken to run outside of SME's streaming mode.
 */
export function encodingTable(): readonly EncodingRow[] {
  rows ??= [advancedSimd, general, sme, sve, system]
    .flatMap(({ encodings }) => rowsOf(encodings))
    .sort((a, b) => fixedBits(b) - fixedBits(a));
  return rows;
}

let rows: readonly EncodingRow[] | undefined;

function rowsOf(table: Table): EncodingRow[] {
  return Object.entries(table).flatMap(([features, encodings]) =>
    Object.entries(encodings).map(([bits, mnemonics]) => ({
      mask: Number.parseInt(bits.replace(/[01]/g, '1').replace(/\./g, '0'), 2),
      value: Number.parseInt(bits.replace(/\./g, '0'), 2),
      features: features.split(' ') as CpuFeature[],
      mnemonics,
    })),
  );
}

function fixedBits({ mask }: EncodingRow): number {
  return mask.toString(2).split('1').length;
}
