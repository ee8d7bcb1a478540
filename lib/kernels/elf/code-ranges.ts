import { ElfSymbols, MappingSymbol } from './elf-symbols';
import { ElfSection, ElfSegment } from './elf-tables';

/** A piece of a file that holds instructions. */
export interface CodeRange {
  /** Name of the section; empty when the file has no sections. */
  readonly name: string;
  /** Index of the section, or -1. */
  readonly section: number;
  readonly offset: number;
  readonly size: number;
  /** Address of the first byte; in a file that is not linked yet, offset in its section. */
  readonly address: number;
}

/**
 * The instructions of a file: its executable sections without the data that mapping symbols mark in them. A file without
 * section headers still runs, so there its executable segments are taken whole. No byte is given twice, whatever the
 * headers say.
 */
export function codeRanges(
  sections: readonly ElfSection[],
  segments: readonly ElfSegment[],
  { mapping }: ElfSymbols,
): CodeRange[] {
  const executable = sections.filter((section) => section.executable && section.size > 0);
  const whole = executable.map(({ name, index, offset, size, address }) => ({
    name,
    section: index,
    offset,
    size,
    address,
  }));
  const loaded = segments.filter((segment) => segment.loaded && segment.executable && segment.size > 0);
  const ranges =
    whole.length > 0
      ? whole
      : loaded.map(({ offset, size, address }) => ({ name: '', section: -1, offset, size, address }));
  const marks = new Map<number, MappingSymbol[]>(ranges.map(({ section }) => [section, []]));
  mapping.forEach((mark) => marks.get(mark.section)?.push(mark));
  return withoutOverlap(ranges).flatMap((range) => withoutData(range, marks.get(range.section)!));
}

function withoutOverlap(ranges: readonly CodeRange[]): CodeRange[] {
  let end = 0;
  return [...ranges]
    .sort((a, b) => a.offset - b.offset)
    .flatMap((range) => {
      const skipped = Math.max(0, end - range.offset);
      end = Math.max(end, range.offset + range.size);
      return skipped < range.size ? [part(range, skipped, range.size)] : [];
    });
}

function withoutData(range: CodeRange, marks: readonly MappingSymbol[]): CodeRange[] {
  const parts: CodeRange[] = [];
  let start = 0;
  let isData = false;
  for (const mark of marks) {
    const at = Math.min(Math.max(mark.address - range.address, start), range.size);
    if (mark.isData !== isData) {
      if (!isData) {
        parts.push(part(range, start, at));
      }
      start = at;
      isData = mark.isData;
    }
  }
  if (!isData) {
    parts.push(part(range, start, range.size));
  }
  return parts.filter(({ size }) => size > 0);
}

function part(range: CodeRange, from: number, to: number): CodeRange {
  return { ...range, offset: range.offset + from, address: range.address + from, size: to - from };
}
