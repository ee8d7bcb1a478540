import { ElfBytes, MalformedElf } from './elf-bytes';
import { ElfSegment, SEGMENT_DYNAMIC } from './elf-tables';

/** Values of d_tag (System V ABI, "Dynamic Section"; verneed: Linux Standard Base, "Symbol Versioning"). */
const END = 0;
const NEEDED = 1;
const STRING_TABLE = 5;
const VERSIONS_NEEDED = 0x6ffffffe;
const VERSIONS_NEEDED_COUNT = 0x6fffffff;

const ENTRY_SIZE = 16;

/** A version that a file needs of a library, for example GLIBC_2.34 of libc.so.6. */
export interface VersionNeed {
  readonly library: string;
  readonly version: string;
}

/** What the dynamic linker must find for a file. */
export interface ElfDynamic {
  readonly neededLibraries: readonly string[];
  readonly versionNeeds: readonly VersionNeed[];
}

/** Reads what the dynamic linker would read: program headers and no section. @throws MalformedElf */
export function readDynamic(bytes: ElfBytes, segments: readonly ElfSegment[]): ElfDynamic {
  const segment = segments.find(({ type }) => type === SEGMENT_DYNAMIC);
  if (segment === undefined) {
    return { neededLibraries: [], versionNeeds: [] };
  }
  const entries = readEntries(bytes, segment);
  const valueOf = (wanted: number): number | undefined => entries.find(({ tag }) => tag === wanted)?.value;
  const needed = entries.filter(({ tag }) => tag === NEEDED);
  const versions = valueOf(VERSIONS_NEEDED);
  if (needed.length === 0 && versions === undefined) {
    return { neededLibraries: [], versionNeeds: [] };
  }
  const strings = fileOffset(segments, valueOf(STRING_TABLE) ?? 0, 'the dynamic string table');
  return {
    neededLibraries: needed.map(({ value }) => bytes.text(strings + value, 'the name of a needed library')),
    versionNeeds:
      versions === undefined
        ? []
        : readVersionNeeds(bytes, {
            first: fileOffset(segments, versions, 'the table of needed versions'),
            count: valueOf(VERSIONS_NEEDED_COUNT) ?? 0,
            strings,
          }),
  };
}

function readEntries(bytes: ElfBytes, { offset, size }: ElfSegment): { tag: number; value: number }[] {
  const entries: { tag: number; value: number }[] = [];
  for (let entry = offset; entry + ENTRY_SIZE <= offset + size; entry += ENTRY_SIZE) {
    const tag = bytes.u64(entry, 'a dynamic entry');
    if (tag === END) {
      break;
    }
    entries.push({ tag, value: bytes.u64(entry + 8, 'a dynamic entry') });
  }
  return entries;
}

interface VersionTable {
  readonly first: number;
  readonly count: number;
  readonly strings: number;
}

function readVersionNeeds(bytes: ElfBytes, { first, count, strings }: VersionTable): VersionNeed[] {
  const what = 'the table of needed versions';
  const needs: VersionNeed[] = [];
  let library = first;
  for (let index = 0; index < count; index += 1) {
    const name = bytes.text(strings + bytes.u32(library + 4, what), 'the name of a library with versions');
    let version = library + bytes.u32(library + 8, what);
    const versions = bytes.u16(library + 2, what);
    for (let each = 0; each < versions; each += 1) {
      needs.push({
        library: name,
        version: bytes.text(strings + bytes.u32(version + 8, what), 'the name of a version'),
      });
      const next = bytes.u32(version + 12, what);
      if (next === 0) {
        break;
      }
      version += next;
    }
    const next = bytes.u32(library + 12, what);
    if (next === 0) {
      break;
    }
    library += next;
  }
  return needs;
}

function fileOffset(segments: readonly ElfSegment[], address: number, what: string): number {
  const holder = segments.find(
    (segment) => segment.loaded && address >= segment.address && address < segment.address + segment.size,
  );
  if (holder === undefined) {
    throw new MalformedElf(`${what} is said to be at address 0x${address.toString(16)}, which no segment loads`);
  }
  return address - holder.address + holder.offset;
}
