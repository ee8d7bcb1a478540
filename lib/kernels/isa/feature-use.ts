import { CpuFeature } from '../../catalog/cpu-feature';

/** Where a file needs a CPU feature first, and how often. */
export interface FeatureUse {
  readonly feature: CpuFeature;
  /** Instructions that need it. */
  readonly count: number;
  /** Names of the first instruction, or of those that are encoded like it. */
  readonly mnemonics: string;
  /** Address of the first one, as a disassembler prints it. */
  readonly address: number;
  /** Function that holds it, or label before it; undefined where a stripped file tells neither. */
  readonly symbol?: string;
  /** Bytes from the symbol to the instruction. */
  readonly symbolOffset?: number;
}

/** The place of a use, for example `SDOT at gk_gemm+0x40 (address 0x1240)`. */
export function describeUse({ mnemonics, address, symbol, symbolOffset }: FeatureUse): string {
  const where = `0x${address.toString(16)}`;
  const names = mnemonics.split(' ').join('/');
  return symbol === undefined
    ? `${names} at address ${where}`
    : `${names} at ${symbol}+0x${symbolOffset!.toString(16)} (address ${where})`;
}
