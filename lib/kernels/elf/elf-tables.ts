import { ElfBytes, MalformedElf } from './elf-bytes';

/** Values of sh_type and sh_flags (System V ABI, "Sections"). */
export const SECTION_SYMTAB = 2;
export const SECTION_DYNSYM = 11;
const SECTION_NOBITS = 8;
const FLAG_EXECUTABLE = 4;

/** Values of p_type and p_flags (System V ABI, "Program Header"). */
const SEGMENT_LOAD = 1;
export const SEGMENT_DYNAMIC = 2;
const SEGMENT_EXECUTABLE = 1;

const SECTION_HEADER_SIZE = 64;
const SEGMENT_HEADER_SIZE = 56;

/** A section header. */
export interface ElfSection {
  readonly index: number;
  readonly name: string;
  readonly type: number;
  readonly executable: boolean;
  readonly address: number;
  readonly offset: number;
  /** Bytes in the file: 0 for a section that only takes memory. */
  readonly size: number;
  readonly link: number;
}

/** A program header. */
export interface ElfSegment {
  readonly type: number;
  readonly loaded: boolean;
  readonly executable: boolean;
  readonly offset: number;
  readonly address: number;
  /** Bytes in the file. */
  readonly size: number;
}

/** @throws MalformedElf */
export function readSections(bytes: ElfBytes): ElfSection[] {
  const table = bytes.u64(40, 'e_shoff');
  if (table === 0) {
    return [];
  }
  const entrySize = bytes.u16(58, 'e_shentsize');
  requireEntrySize('e_shentsize', entrySize, SECTION_HEADER_SIZE);
  const at = (index: number): number => table + index * entrySize;
  // From 0xff00 sections on, the first header has the real numbers (System V ABI, "Extended section numbering").
  const count = bytes.u16(60, 'e_shnum') || bytes.u64(at(0) + 32, 'the number of sections');
  bytes.slice(table, count * entrySize, 'the table of section headers');
  const named = bytes.u16(62, 'e_shstrndx');
  const nameIndex = named === 0xffff ? bytes.u32(at(0) + 40, 'the index of the section names') : named;
  const names = nameIndex > 0 && nameIndex < count ? bytes.u64(at(nameIndex) + 24, 'the section names') : undefined;
  return Array.from({ length: count }, (_, index) => readSection(bytes, at(index), index, names));
}

function readSection(bytes: ElfBytes, header: number, index: number, names: number | undefined): ElfSection {
  const what = `the header of section ${index}`;
  const type = bytes.u32(header + 4, what);
  const size = type === SECTION_NOBITS || type === 0 ? 0 : bytes.u64(header + 32, what);
  const offset = bytes.u64(header + 24, what);
  bytes.slice(size === 0 ? 0 : offset, size, `section ${index}`);
  return {
    index,
    name: names === undefined ? '' : bytes.text(names + bytes.u32(header, what), `the name of section ${index}`),
    type,
    executable: (bytes.u32(header + 8, what) & FLAG_EXECUTABLE) !== 0,
    address: bytes.u64(header + 16, what),
    offset,
    size,
    link: bytes.u32(header + 40, what),
  };
}

/** @throws MalformedElf */
export function readSegments(bytes: ElfBytes): ElfSegment[] {
  const table = bytes.u64(32, 'e_phoff');
  const count = bytes.u16(56, 'e_phnum');
  if (table === 0 || count === 0) {
    return [];
  }
  const entrySize = bytes.u16(54, 'e_phentsize');
  requireEntrySize('e_phentsize', entrySize, SEGMENT_HEADER_SIZE);
  bytes.slice(table, count * entrySize, 'the table of program headers');
  return Array.from({ length: count }, (_, index) => readSegment(bytes, table + index * entrySize, index));
}

function readSegment(bytes: ElfBytes, header: number, index: number): ElfSegment {
  const what = `program header ${index}`;
  const type = bytes.u32(header, what);
  const offset = bytes.u64(header + 8, what);
  const size = bytes.u64(header + 32, what);
  const loaded = type === SEGMENT_LOAD;
  if (loaded || type === SEGMENT_DYNAMIC) {
    bytes.slice(offset, size, `segment ${index}`);
  }
  const executable = (bytes.u32(header + 4, what) & SEGMENT_EXECUTABLE) !== 0;
  return { type, loaded, executable, offset, address: bytes.u64(header + 16, what), size };
}

function requireEntrySize(what: string, got: number, least: number): void {
  if (got < least) {
    throw new MalformedElf(`${what} is ${got}, and an entry has ${least} bytes`);
  }
}
