import { ElfBytes, MalformedElf } from './elf-bytes';
import { ElfSection, SECTION_DYNSYM, SECTION_SYMTAB } from './elf-tables';

const ENTRY_SIZE = 24;
const TYPE_NONE = 0;
const TYPE_FUNCTION = 2;
const TYPE_INDIRECT_FUNCTION = 10;
const DOLLAR = '$'.charCodeAt(0);
const LETTER_X = 'x'.charCodeAt(0);
const LETTER_D = 'd'.charCodeAt(0);

/** A function or label of a file. */
export interface ElfSymbol {
  /** Offset of the name in the file. */
  readonly name: number;
  /** Address; in a file that is not linked yet, offset in its section. */
  readonly address: number;
  /** Bytes; 0 for a label. */
  readonly size: number;
  readonly section: number;
}

/** Where code begins or data begins inside a section of code (ELF for the Arm 64-bit Architecture, "Mapping symbols"). */
export interface MappingSymbol {
  readonly address: number;
  readonly section: number;
  readonly isData: boolean;
}

/** What a file's symbol tables tell about its code. */
export interface ElfSymbols {
  /** Functions and labels, of `.symtab` or else of `.dynsym`, by address. */
  readonly functions: readonly ElfSymbol[];
  /** By address; empty when the file is stripped. */
  readonly mapping: readonly MappingSymbol[];
  /**
   * The helpers of libgcc and compiler-rt for atomics (`-moutline-atomics`). They hold the instructions of LSE and ask the
   * CPU before each use.
   */
  readonly outlineAtomics: readonly ElfSymbol[];
}

const OUTLINE_ATOMICS = /^__aarch64_(cas|swp|ldadd|ldclr|ldeor|ldset)\d+_(relax|acq|rel|acq_rel|sync)$/;
const UNDERSCORE = '_'.charCodeAt(0);

/** @throws MalformedElf */
export function readSymbols(bytes: ElfBytes, sections: readonly ElfSection[]): ElfSymbols {
  const table =
    sections.find(({ type, size }) => type === SECTION_SYMTAB && size > 0) ??
    sections.find(({ type, size }) => type === SECTION_DYNSYM && size > 0);
  if (table === undefined) {
    return { functions: [], mapping: [], outlineAtomics: [] };
  }
  const names = sections.at(table.link);
  if (table.link === 0 || names === undefined) {
    throw new MalformedElf(`the names of the symbols are said to be in section ${table.link}, which does not exist`);
  }
  const sink: SymbolSink = { names, sections, functions: [], mapping: [], outlineAtomics: [] };
  const end = table.offset + table.size - (table.size % ENTRY_SIZE);
  for (let entry = table.offset; entry < end; entry += ENTRY_SIZE) {
    readSymbol(bytes, entry, sink);
  }
  return {
    functions: sink.functions.sort(byAddress),
    mapping: sink.mapping.sort(byAddress),
    outlineAtomics: sink.outlineAtomics.sort(byAddress),
  };
}

interface SymbolSink {
  readonly names: ElfSection;
  readonly sections: readonly ElfSection[];
  readonly functions: ElfSymbol[];
  readonly mapping: MappingSymbol[];
  readonly outlineAtomics: ElfSymbol[];
}

function readSymbol(bytes: ElfBytes, entry: number, sink: SymbolSink): void {
  const section = bytes.u16(entry + 6, 'a symbol');
  const type = bytes.u8(entry + 4, 'a symbol') & 15;
  const isLabel = type === TYPE_NONE;
  if (
    !sink.sections.at(section)?.executable ||
    !(isLabel || type === TYPE_FUNCTION || type === TYPE_INDIRECT_FUNCTION)
  ) {
    return;
  }
  const address = bytes.u64(entry + 8, 'a symbol');
  const name = sink.names.offset + bytes.u32(entry, 'a symbol');
  if (isLabel && bytes.u8(name, 'the name of a symbol') === DOLLAR) {
    const letter = bytes.u8(name + 1, 'the name of a symbol');
    if (letter === LETTER_X || letter === LETTER_D) {
      sink.mapping.push({ address, section, isData: letter === LETTER_D });
    }
    return;
  }
  const symbol = { name, address, size: bytes.u64(entry + 16, 'a symbol'), section };
  sink.functions.push(symbol);
  if (bytes.u8(name, 'the name of a symbol') === UNDERSCORE && OUTLINE_ATOMICS.test(bytes.text(name, '', 40))) {
    sink.outlineAtomics.push(symbol);
  }
}

/** The function that holds an address, or else the last label before it; undefined where a stripped file tells neither. */
export function symbolAt(
  { functions }: ElfSymbols,
  { address, section }: { readonly address: number; readonly section: number },
): ElfSymbol | undefined {
  const before = functions.filter((symbol) => symbol.section === section && symbol.address <= address);
  return (
    before.filter(({ address: start, size }) => address < start + size).at(-1) ??
    before.filter(({ size }) => size === 0).at(-1)
  );
}

function byAddress(a: { readonly address: number }, b: { readonly address: number }): number {
  return a.address - b.address;
}
