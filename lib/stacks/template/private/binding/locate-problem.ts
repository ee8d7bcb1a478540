import { ownValue } from '../../../../catalog/private/own-value';
import { Problem } from '../../../../validation';
import { DataPath } from './placed-problem';
import { isMap } from './values/data-kind';

/**
 * The place below `data` that a problem speaks of: as far as the words of its `what` are keys there, or indices.
 * `capacity.size.max` is found in `{ size: { vcpus: { max: 4 } } }`, past the names of factories.
 */
export function locateProblem(problem: Problem, data: unknown): DataPath {
  const path: (string | number)[] = [];
  let current = data;
  for (const word of problem.what.split(/[^A-Za-z0-9_]+/)) {
    for (const key of stepTo(word, current)) {
      path.push(key);
      current = (current as Record<string, unknown>)[key];
    }
  }
  return path;
}

/** The keys from here to the one that the word names: one, two through the name of a factory, or none. */
function stepTo(word: string, data: unknown): (string | number)[] {
  if (Array.isArray(data)) {
    return /^\d+$/.test(word) && Number(word) < data.length ? [Number(word)] : [];
  }
  if (!isMap(data)) {
    return [];
  }
  if (ownValue(data, word) !== undefined) {
    return [word];
  }
  const [factory, ...others] = Object.keys(data);
  const inside = others.length === 0 && factory !== undefined ? data[factory] : undefined;
  return isMap(inside) && ownValue(inside, word) !== undefined ? [factory, word] : [];
}
