import { Tokenizer } from '../engine/tokenizer';
import { ApiError } from '../errors/api-error';

/**
 * Most combining marks in a row. Unicode's stream-safe text format has 30 (UAX #15, section 13, read 2026-11-23). V8 sorts
 * marks in a time that grows with the square of their number: 80 000 of them, 160 kB, took it 8.7 seconds, in which the
 * process did nothing else.
 */
const MARKS = 64;

/** Rows of a few marks, which are common, are passed over without a match for each. */
const ROWS = /\p{M}{8,}/gu;

function refuseRows(text: string): void {
  for (const [row] of text.matchAll(ROWS)) {
    const marks = [...row].length;
    if (marks > MARKS) {
      throw ApiError.badRequest(`A text has ${marks} combining marks in a row; allowed are ${MARKS}.`);
    }
  }
}

/**
 * Brings a text to the Unicode form that the model's own tokenizer expects.
 *
 * @throws ApiError 400 for a text of which that would take very long
 */
export function normalized(tokenizer: Tokenizer, text: string): string {
  if (!tokenizer.normalForm) {
    return text;
  }
  refuseRows(text);
  return text.normalize(tokenizer.normalForm);
}
