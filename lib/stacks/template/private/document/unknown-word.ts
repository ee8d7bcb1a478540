import { meantWords } from '../binding/values/meant-words';
import { DocumentProblem, keyText, pathText } from './document-problem';
import { Place, ValuePath } from './located-value';

const MOST_LISTED = 20;

/** A word that stands for nothing, with the nearest that does. */
export function unknownWord(
  place: Place,
  path: ValuePath,
  { word, kind, known, none }: { word: string; kind: string; known: readonly string[]; none: string },
): DocumentProblem {
  const nearest = meantWords(word, known);
  const listed =
    known.length > MOST_LISTED ? [...known.slice(0, MOST_LISTED), `${known.length - MOST_LISTED} more`] : known;
  return {
    place,
    what: pathText(path),
    got: `the unknown ${kind} ${keyText(word)}`,
    allowed: listed.join(', ') || none,
    fix: nearest.length > 0 ? `did you mean ${nearest.join(' or ')}?` : 'remove it, or correct it',
  };
}
