import { EncodingRow, encodingTable } from './encoding-table';

/** Bits 31 to 21, which tell most instruction groups apart. */
const BUCKET_SHIFT = 21;
const BUCKETS = 1 << (32 - BUCKET_SHIFT);

/** The encodings in flat arrays, by the top bits of a word: rows of bucket b are those from `starts[b]` to `starts[b + 1]`. */
interface Buckets {
  readonly starts: Int32Array;
  readonly masks: Int32Array;
  readonly values: Int32Array;
  readonly rows: Int32Array;
}

/** How often the words of a piece of code matched each row of the table, and where first. */
export interface RowMatches {
  /** By row of the table. */
  readonly counts: Uint32Array;
  /** By row of the table: the index of the first word, or -1. */
  readonly firsts: Int32Array;
}

/** The row of the table that a word matches, or undefined when every Armv8.0 CPU has the instruction, or none. */
export function matchWord(word: number): EncodingRow | undefined {
  const { firsts } = matchWords(Int32Array.of(word));
  return encodingTable().find((_, row) => firsts[row] === 0);
}

/** Holds each word against the table. */
export function matchWords(words: Int32Array): RowMatches {
  const { starts, masks, values, rows } = (buckets ??= fillBuckets(encodingTable()));
  const counts = new Uint32Array(encodingTable().length);
  const firsts = new Int32Array(encodingTable().length).fill(-1);
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index];
    const bucket = word >>> BUCKET_SHIFT;
    const end = starts[bucket + 1];
    for (let entry = starts[bucket]; entry < end; entry += 1) {
      if ((word & masks[entry]) === values[entry]) {
        const row = rows[entry];
        if (counts[row] === 0) {
          firsts[row] = index;
        }
        counts[row] += 1;
        break;
      }
    }
  }
  return { counts, firsts };
}

let buckets: Buckets | undefined;

function fillBuckets(table: readonly EncodingRow[]): Buckets {
  const byBucket = Array.from({ length: BUCKETS }, (_, bucket) =>
    table.flatMap(({ mask, value }, row) => {
      const top = mask >>> BUCKET_SHIFT;
      return (bucket & top) === value >>> BUCKET_SHIFT ? [row] : [];
    }),
  );
  const starts = new Int32Array(BUCKETS + 1);
  byBucket.forEach((found, bucket) => (starts[bucket + 1] = starts[bucket] + found.length));
  const rows = Int32Array.from(byBucket.flat());
  return {
    starts,
    rows,
    masks: rows.map((row) => table[row].mask),
    values: rows.map((row) => table[row].value),
  };
}
