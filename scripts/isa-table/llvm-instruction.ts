import { readFileSync } from 'node:fs';

/** An instruction of LLVM's AArch64 target: its fixed bits and what it takes to decode it. */
export interface LlvmInstruction {
  /** LLVM's name of the definition, for example `SDOTv16i8`. */
  readonly name: string;
  /** The mnemonic in capitals, as the Arm Architecture Reference Manual names the instruction. */
  readonly mnemonic: string;
  /** 1 for each bit that the encoding fixes. */
  readonly mask: number;
  /** The fixed bits. */
  readonly value: number;
  /** Names of the predicates, sorted, for example `HasDotProd`. */
  readonly predicates: readonly string[];
}

/** A record of `llvm-tblgen --dump-json`, as far as it is read here. */
interface TableGenRecord {
  readonly Namespace?: string;
  readonly Size?: number;
  readonly isPseudo?: number;
  readonly isCodeGenOnly?: number;
  readonly AsmString?: string;
  readonly Inst?: readonly unknown[];
  readonly Unpredictable?: readonly unknown[];
  readonly Predicates?: readonly { readonly def: string }[];
}

/** Reads every real instruction of 32 bits from the output of `llvm-tblgen --dump-json`. */
export function readLlvmInstructions(file: string): LlvmInstruction[] {
  const dump = JSON.parse(readFileSync(file, 'utf8')) as Record<string, TableGenRecord> & {
    readonly '!instanceof': { readonly Instruction: string[] };
  };
  return dump['!instanceof'].Instruction.filter((name) => isReal(dump[name])).map((name) =>
    instruction(name, dump[name]),
  );
}

function isReal(record: TableGenRecord): boolean {
  return (
    record.Namespace === 'AArch64' &&
    record.Size === 4 &&
    !record.isPseudo &&
    !record.isCodeGenOnly &&
    record.Inst?.length === 32
  );
}

function instruction(name: string, record: TableGenRecord): LlvmInstruction {
  let mask = 0;
  let value = 0;
  // A bit is 0 or 1 where the encoding fixes it, and an object that names an operand where it does not. Some fixed bits
  // only should have their value: with the other one the instruction is the same.
  record.Inst?.forEach((bit, position) => {
    if ((bit === 0 || bit === 1) && record.Unpredictable?.[position] !== 1) {
      mask |= 1 << position;
      value |= bit << position;
    }
  });
  const predicates = (record.Predicates ?? []).map(({ def }) => def).sort();
  return { name, mnemonic: mnemonicOf(record.AsmString ?? ''), mask: mask >>> 0, value: value >>> 0, predicates };
}

function mnemonicOf(assembly: string): string {
  return (/^[a-z0-9.]+/.exec(assembly)?.[0] ?? '').toUpperCase();
}
