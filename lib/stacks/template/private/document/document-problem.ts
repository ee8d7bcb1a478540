import { Problem } from '../../../../validation';
import { Place, ValuePath } from './located-value';

/** Something that is wrong in a file, and where. `what` is the path of keys there. */
export interface DocumentProblem extends Problem {
  readonly place: Place;
}

/** A path as the file's reader thinks of it: `inferenceFleets.chat.scaling[0]`. */
export function pathText(path: ValuePath): string {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${keyText(step)}`)).join('');
  return text.replace(/^\./, '');
}

/** `fleet.yaml:12:5` */
export function placeText({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`;
}

/** By file in the order in which they come, then by line and column; what is the same twice is kept once. */
export function sortProblems(problems: readonly DocumentProblem[]): DocumentProblem[] {
  const files = [...new Set(problems.map(({ place }) => place.file))];
  const unique = new Map(problems.map((problem) => [keyOf(problem), problem]));
  return [...unique.values()].sort(
    ({ place: a }, { place: b }) =>
      files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
}

function keyOf({ place, what, got, allowed }: DocumentProblem): string {
  return JSON.stringify([placeText(place), what, got, allowed]);
}

/** A key may be any text: in a message it is neither long nor more than one line. */
export function keyText(key: string): string {
  return /^[\w:/@+-]{1,64}$/.test(key) ? key : JSON.stringify(key.length > 64 ? `${key.slice(0, 61)}...` : key);
}
