import { CodeRange, codeRanges } from './code-ranges';
import { ElfBytes, MalformedElf } from './elf-bytes';
import { readDynamic, VersionNeed } from './elf-dynamic';
import { ElfSymbol, ElfSymbols, readSymbols } from './elf-symbols';
import { readSections, readSegments } from './elf-tables';

/** What the gate must know of an ELF file for Arm64. */
export interface ElfFile {
  /** The operating system ABI: `System V` or `GNU/Linux`. */
  readonly abi: string;
  readonly code: readonly CodeRange[];
  readonly symbols: ElfSymbols;
  /** Names of the libraries that the dynamic linker must find, in its order. */
  readonly neededLibraries: readonly string[];
  readonly versionNeeds: readonly VersionNeed[];
  /** The name of one of the file's symbols. */
  nameOf(symbol: ElfSymbol): string;
  /** The bytes of a piece of code. */
  bytesOf(range: CodeRange): Buffer;
}

/** An ELF file, or why the bytes are none that runs on Arm64 Linux. */
export interface ElfReading {
  readonly file?: ElfFile;
  readonly malformed?: string;
}

const CLASS_64 = 2;
/** Values of EI_OSABI that Linux loads (System V ABI, "ELF Identification"). */
const ABIS: Record<number, string> = { 0: 'System V', 3: 'GNU/Linux' };

/**
 * Reads a little-endian ELF file for AArch64, see `readElfMachine` for telling that it is one. Never throws, whatever the
 * bytes are.
 */
export function readElf(content: Buffer): ElfReading {
  try {
    return { file: readFile(new ElfBytes(content)) };
  } catch (error) {
    if (error instanceof MalformedElf) {
      return { malformed: error.message };
    }
    throw error;
  }
}

function readFile(bytes: ElfBytes): ElfFile {
  const elfClass = bytes.u8(4, 'EI_CLASS');
  if (elfClass !== CLASS_64) {
    throw new MalformedElf(`EI_CLASS is ${elfClass}: not a 64-bit file`);
  }
  const osAbi = bytes.u8(7, 'EI_OSABI');
  const abi = ABIS[osAbi] as string | undefined;
  if (abi === undefined) {
    throw new MalformedElf(`EI_OSABI is ${osAbi}: not a file for Linux`);
  }
  const sections = readSections(bytes);
  const segments = readSegments(bytes);
  const symbols = readSymbols(bytes, sections);
  return {
    abi,
    code: codeRanges(sections, segments, symbols),
    symbols,
    ...readDynamic(bytes, segments),
    nameOf: (symbol) => bytes.text(symbol.name, 'the name of a symbol'),
    bytesOf: (range) => bytes.slice(range.offset, range.size, 'code'),
  };
}
