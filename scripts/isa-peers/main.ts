import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { readElf } from '../../lib/kernels/elf/elf-file';
import { findFeatureUses, wordsOf } from '../../lib/kernels/isa/find-feature-uses';
import { Agreement, Comparison, compareWithLlvm } from './compare-with-llvm';
import { fetchBinaries } from './fetch-package';
import { PEER_PACKAGES } from './peer-packages';

/** Words that are told apart at once: a decode of all of them has to fit into memory as text. */
const BATCH = 1_000_000;

/** Where the decoder and LLVM may differ, by the words of one file or of all. */
class Tally {
  public readonly counts = new Map<Agreement, number>();
  public readonly examples: Comparison[] = [];

  public add(comparison: Comparison, times: number): void {
    const { agreement } = comparison;
    this.counts.set(agreement, this.of(agreement) + times);
    if (![Agreement.NOTHING_NEEDED, Agreement.SAME_FEATURES].includes(agreement) && this.examples.length < 20) {
      this.examples.push(comparison);
    }
  }

  public of(agreement: Agreement): number {
    return this.counts.get(agreement) ?? 0;
  }

  public get wrong(): number {
    return this.of(Agreement.TOO_FEW) + this.of(Agreement.TOO_MANY);
  }

  /** Of the words that the decoder names features for, those for which LLVM needs exactly these. */
  public get precision(): number {
    const named = this.of(Agreement.SAME_FEATURES) + this.wrong;
    return ratio(
      this.of(Agreement.SAME_FEATURES),
      named + this.of(Agreement.INVENTED) + this.of(Agreement.NO_INSTRUCTION),
    );
  }

  /** Of the words that need a feature in LLVM, those for which the decoder names exactly what LLVM needs. */
  public get recall(): number {
    return ratio(
      this.of(Agreement.SAME_FEATURES),
      this.of(Agreement.SAME_FEATURES) + this.wrong + this.of(Agreement.MISSED),
    );
  }
}

function main(): void {
  const words = new Map<number, number>();
  let total = 0;
  for (const peer of PEER_PACKAGES) {
    for (const file of fetchBinaries(peer)) {
      total += readBinary(`${peer.name}@${peer.version} ${path.basename(file)}`, file, words);
    }
  }
  const distinct = [...words.keys()];
  const tally = new Tally();
  const onDistinct = new Tally();
  for (let start = 0; start < distinct.length; start += BATCH) {
    for (const comparison of compareWithLlvm(Uint32Array.from(distinct.slice(start, start + BATCH)))) {
      tally.add(comparison, words.get(comparison.word)!);
      onDistinct.add(comparison, 1);
    }
  }
  print(`\n${total} words of code, ${distinct.length} different ones, against llvm-objdump 19`);
  report('by word', tally);
  report('by different word', onDistinct);
  for (const { agreement, word, text, row } of onDistinct.examples) {
    print(
      `  ${agreement}: ${word.toString(16).padStart(8, '0')} ${text ?? '<unknown>'} (${row?.features.join(' ') ?? ''})`,
    );
  }
  const faults = tally.wrong + tally.of(Agreement.MISSED) + tally.of(Agreement.INVENTED);
  process.exitCode = faults > 0 ? 1 : 0;
}

/** Adds the words of a file's code to the count of all, and says what the decoder finds in the file. */
function readBinary(title: string, file: string, words: Map<number, number>): number {
  const { file: elf, malformed } = readElf(readFileSync(file));
  if (elf === undefined) {
    throw new Error(`${file}: ${malformed}`);
  }
  let count = 0;
  for (const range of elf.code) {
    const code = wordsOf(elf.bytesOf(range));
    count += code.length;
    for (const signed of code) {
      const word = signed >>> 0;
      words.set(word, (words.get(word) ?? 0) + 1);
    }
  }
  const found = findFeatureUses(elf).map(({ feature, count: uses }) => `${feature} ${uses}`);
  const stripped = elf.symbols.mapping.length > 0 ? '' : ', stripped';
  print(`${title}: ${count} words${stripped}: ${found.join(', ') || 'nothing beyond Armv8.0'}`);
  return count;
}

function report(title: string, tally: Tally): void {
  const counts = [...tally.counts].map(([agreement, count]) => `${agreement} ${count}`).join(', ');
  print(`${title}: precision ${tally.precision.toFixed(5)}, recall ${tally.recall.toFixed(5)} (${counts})`);
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

main();
