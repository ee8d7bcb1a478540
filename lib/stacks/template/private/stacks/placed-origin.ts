import { PlacedProblem } from '../binding';
import { DocumentProblem, pathText } from '../document/document-problem';
import { keyPlaceAt, LocatedValue, ValuePath } from '../document/located-value';
import { withoutSecrets } from './without-secrets';

/** The part of the file that data came from. */
export interface Origin {
  /** Where it stands in the file. */
  readonly path: ValuePath;
  /** The data, with the place of each key: that of the environment that says it, or of a policy. */
  readonly value: LocatedValue;
  /** The environment that it is for, when the part is in several. */
  readonly environment?: string;
  /** All environments that the part is in. */
  readonly environments: readonly string[];
}

/** A problem of a part of the file, in one of its environments or in all. */
export interface OriginProblem extends DocumentProblem {
  readonly origin: Origin;
}

/** Gives a problem its place in the file. */
export function originProblem(origin: Origin, { path, problem }: PlacedProblem): OriginProblem {
  const what = problemName(pathText([...origin.path, ...path]), path, problem.what);
  return { ...withoutSecrets(problem, origin.value), what, place: keyPlaceAt(origin.value, path), origin };
}

/** The path, and what the problem adds to it. */
function problemName(text: string, path: ValuePath, what: string): string {
  const [word] = /\w+(?=\W*\d*\W*$)/.exec(what) ?? [what];
  // Binding names what has no key of its own `data`.
  if (what === '' || what === 'data' || path.includes(word) || text.endsWith(what)) {
    return text;
  }
  return /^[\w.[\]]+$/.test(what) ? `${text}.${belowPath(what, path)}` : `${text}, ${what}`;
}

/** A property without the first of its words that the path has already: `image.features` at an `image`. */
function belowPath(what: string, path: ValuePath): string {
  const words = what.split('.');
  const first = words.findIndex((part) => !path.includes(part));
  return words.slice(first).join('.');
}

/** Each problem once, with the names of the environments when it is not in all of the part's. */
export function joinEnvironments(problems: readonly OriginProblem[]): DocumentProblem[] {
  const groups = new Map<string, OriginProblem[]>();
  for (const problem of problems) {
    const key = JSON.stringify([problem.place, problem.what, problem.got, problem.allowed, problem.fix]);
    groups.set(key, [...(groups.get(key) ?? []), problem]);
  }
  return [...groups.values()].map(joined);
}

function joined(same: readonly OriginProblem[]): DocumentProblem {
  const { origin, ...problem } = same[0];
  const names = [...new Set(same.map(({ origin: { environment } }) => environment))];
  if (names.includes(undefined) || names.length === origin.environments.length) {
    return problem;
  }
  return { ...problem, what: `${problem.what} (${names.join(', ')})` };
}
