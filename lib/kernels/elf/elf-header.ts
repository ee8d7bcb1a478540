/** The machine of an ELF file, as far as this library tells machines apart. */
export enum ElfMachine {
  AARCH64 = 'aarch64',
  X86_64 = 'x86_64',
  OTHER = 'other',
}

/** Values of e_machine, from the ELF specification (System V ABI, "Machine Information"). */
const MACHINES: Record<number, ElfMachine> = { 183: ElfMachine.AARCH64, 62: ElfMachine.X86_64 };

const ELF_MAGIC = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);
const IDENT_DATA_OFFSET = 5;
const BIG_ENDIAN = 2;
const MACHINE_OFFSET = 18;

/**
 * Reads which machine an object file was compiled for.
 *
 * @returns `undefined` when the bytes are no ELF file.
 */
export function readElfMachine(bytes: Buffer): ElfMachine | undefined {
  if (bytes.length < MACHINE_OFFSET + 2 || !bytes.subarray(0, ELF_MAGIC.length).equals(ELF_MAGIC)) {
    return undefined;
  }
  const bigEndian = bytes[IDENT_DATA_OFFSET] === BIG_ENDIAN;
  const machine = bigEndian ? bytes.readUInt16BE(MACHINE_OFFSET) : bytes.readUInt16LE(MACHINE_OFFSET);
  // A big-endian AArch64 object does not load on Graviton instances, which run little-endian Linux.
  return bigEndian ? ElfMachine.OTHER : (MACHINES[machine] ?? ElfMachine.OTHER);
}
