import { nearestWords } from '../../../../../catalog/private/edit-distance';

const MOST = 3;

/** The words that a misspelt one may mean. The shorter it is, the fewer slips turn it into another word altogether. */
export function meantWords(word: string, known: readonly string[]): string[] {
  return nearestWords(word, known, Math.min(3, Math.ceil(word.length / 4)), MOST);
}

/** The fix that names them, or `otherwise`. */
export function meantFix(meant: readonly string[], otherwise: string): string {
  return meant.length > 0 ? `did you mean ${meant.join(' or ')}?` : otherwise;
}
