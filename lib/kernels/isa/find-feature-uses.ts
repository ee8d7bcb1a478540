import { endianness } from 'node:os';
import { CpuFeature } from '../../catalog/cpu-feature';
import { CodeRange } from '../elf/code-ranges';
import { ElfFile } from '../elf/elf-file';
import { ElfSymbol, symbolAt } from '../elf/elf-symbols';
import { encodingTable } from './encoding-table';
import { FeatureUse } from './feature-use';
import { matchWords } from './word-matcher';

const WORD_BYTES = 4;

interface Found {
  readonly count: number;
  readonly mnemonics: string;
  readonly address: number;
  readonly section: number;
}

/**
 * The CPU features that the instructions of a file need, by the place of their first use. Left out are the helpers of
 * `-moutline-atomics`, which ask the CPU themselves.
 */
export function findFeatureUses(file: ElfFile): FeatureUse[] {
  const found = new Map<CpuFeature, Found>();
  for (const range of file.code.flatMap((piece) => without(piece, file.symbols.outlineAtomics))) {
    addUses(found, range, wordsOf(file.bytesOf(range)));
  }
  return [...found]
    .sort(([, a], [, b]) => a.address - b.address)
    .map(([feature, { count, mnemonics, address, section }]) => {
      const symbol = symbolAt(file.symbols, { address, section });
      const place = symbol && { symbol: file.nameOf(symbol), symbolOffset: address - symbol.address };
      return { feature, count, mnemonics, address, ...place };
    });
}

/** The instructions of a piece of code; bytes at its end that make no whole word are none. */
export function wordsOf(code: Buffer): Int32Array {
  const size = code.length - (code.length % WORD_BYTES);
  // A copy, because the bytes of a file begin anywhere in memory.
  const words = new Int32Array(size / WORD_BYTES);
  const bytes = Buffer.from(words.buffer);
  code.copy(bytes, 0, 0, size);
  if (endianness() === 'BE') {
    bytes.swap32();
  }
  return words;
}

function addUses(found: Map<CpuFeature, Found>, range: CodeRange, words: Int32Array): void {
  const { counts, firsts } = matchWords(words);
  encodingTable().forEach(({ features, mnemonics }, row) => {
    if (counts[row] === 0) {
      return;
    }
    const here = { mnemonics, address: range.address + firsts[row] * WORD_BYTES, section: range.section };
    for (const feature of features) {
      const before = found.get(feature);
      const first = before === undefined || here.address < before.address ? here : before;
      found.set(feature, { ...first, count: (before?.count ?? 0) + counts[row] });
    }
  });
}

function without(range: CodeRange, symbols: readonly ElfSymbol[]): CodeRange[] {
  const end = range.address + range.size;
  const parts: CodeRange[] = [];
  let start = range.address;
  for (const symbol of symbols) {
    if (symbol.section === range.section && symbol.address >= start && symbol.address + symbol.size <= end) {
      parts.push(between(range, start, symbol.address));
      start = symbol.address + symbol.size;
    }
  }
  return [...parts, between(range, start, end)].filter(({ size }) => size > 0);
}

function between(range: CodeRange, from: number, to: number): CodeRange {
  return { ...range, address: from, offset: range.offset + from - range.address, size: to - from };
}
