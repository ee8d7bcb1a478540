import { LARGEST_INTEGER } from './integer-range';
import { Schema } from './schema-keywords';
import { SchemaProblems } from './schema-problems';

/** The largest `minItems`, `maxItems`, `minLength` and `maxLength`: each takes states of its own. */
export const COUNT = 4096;

export interface Range {
  readonly low: number;
  readonly high: number;
}

function numberOf(schema: Schema, keyword: string, path: string, problems: SchemaProblems): number | undefined {
  const value = schema[keyword];
  if (value !== undefined && typeof value !== 'number') {
    problems.add(`${path}.${keyword}`, `is ${JSON.stringify(value)}; a number is allowed`);
    return undefined;
  }
  return value;
}

/** How many there may be of what two keywords count. */
export function countsOf(schema: Schema, of: 'Items' | 'Length', path: string, problems: SchemaProblems): Range {
  const [low, high] = [`min${of}`, `max${of}`].map((keyword) => {
    const count = numberOf(schema, keyword, path, problems);
    if (count !== undefined && !(Number.isInteger(count) && count >= 0 && count <= COUNT)) {
      problems.add(`${path}.${keyword}`, `is ${count}; allowed are whole numbers from 0 to ${COUNT}`);
      return undefined;
    }
    return count;
  });
  return inOrder({ low: low ?? 0, high: high ?? Infinity }, path, problems) ?? { low: 0, high: 0 };
}

/** The integers that a schema allows; undefined after a problem. */
export function integersOf(schema: Schema, path: string, problems: SchemaProblems): Range | undefined {
  const bound = (keyword: string): number | undefined => numberOf(schema, keyword, path, problems);
  const [minimum, maximum] = [bound('minimum') ?? -Infinity, bound('maximum') ?? Infinity];
  const [above, below] = [bound('exclusiveMinimum') ?? -Infinity, bound('exclusiveMaximum') ?? Infinity];
  const low = Math.max(-LARGEST_INTEGER, Math.ceil(minimum), Math.floor(above) + 1);
  const high = Math.min(LARGEST_INTEGER, Math.floor(maximum), Math.ceil(below) - 1);
  return inOrder({ low, high }, path, problems);
}

/** Whether numbers, not only integers, have no sign. The only other bounds are none. */
export function isPositive(schema: Schema, path: string, problems: SchemaProblems): boolean {
  for (const keyword of ['maximum', 'exclusiveMinimum', 'exclusiveMaximum']) {
    if (schema[keyword] !== undefined) {
      problems.add(
        `${path}.${keyword}`,
        'is not supported for numbers; allowed are "minimum": 0, and bounds of integers',
      );
    }
  }
  const { minimum } = schema;
  if (minimum !== undefined && minimum !== 0) {
    problems.add(`${path}.minimum`, `is ${JSON.stringify(minimum)}; for numbers that are no integers 0 is allowed`);
  }
  return minimum === 0;
}

function inOrder(range: Range, path: string, problems: SchemaProblems): Range | undefined {
  if (range.low <= range.high) {
    return range;
  }
  problems.add(path, `allows from ${range.low} to ${range.high}, which is nothing`);
  return undefined;
}
