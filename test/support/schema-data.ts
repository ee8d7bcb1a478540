import * as fc from 'fast-check';

/** A JSON Schema of draft 07, as far as the schema of fleet.yaml uses it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly maxProperties?: number;
  readonly additionalProperties?: boolean | Schema;
  readonly definitions?: Readonly<Record<string, Schema>>;
  readonly description?: string;
  readonly [keyword: string]: unknown;
}

// Neither dots nor slashes, so that no path leads out of the test's own directory.
const anyText = fc.string({ unit: fc.constantFrom(...'aZ09 _-:{}$"\'é😀'), maxLength: 20 });
const usefulText = fc.constantFrom('m9g.4xlarge', 'c9g.large', '/health', 'name', '2026-09-01', 'us-east-1', '', '-1');
const anyNumber = fc.oneof(fc.integer({ min: -2, max: 130 }), fc.double({ noNaN: true, noDefaultInfinity: true }));

/** Data that a schema takes. */
export function dataOf(schema: Schema, root: Schema, depth = 0): fc.Arbitrary<unknown> {
  const { $ref, anyOf, enum: words, type, pattern, items } = schema;
  if ($ref !== undefined) {
    return dataOf((root.definitions ?? {})[$ref.replace('#/definitions/', '')], root, depth);
  }
  if (anyOf) {
    return fc.oneof(...anyOf.map((choice) => dataOf(choice, root, depth)));
  }
  if (words) {
    return fc.constantFrom(...words);
  }
  switch (type) {
    case 'string':
      return pattern === undefined ? fc.oneof(anyText, usefulText) : fc.stringMatching(new RegExp(pattern));
    case 'number':
      return anyNumber;
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(dataOf(items!, root, depth + 1), { maxLength: 3 });
    default:
      return mapOf(schema, root, depth);
  }
}

function mapOf(schema: Schema, root: Schema, depth: number): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties, maxProperties } = schema;
  if (typeof additionalProperties === 'object') {
    return fc.dictionary(anyText, dataOf(additionalProperties, root, depth + 1), { maxKeys: 3 });
  }
  if (maxProperties === 1) {
    const choices = Object.entries(properties).map(([key, value]) =>
      fc.record({ [key]: dataOf(value, root, depth + 1) }),
    );
    return fc.oneof(...choices);
  }
  const kept = Object.keys(properties).filter((key) => required.includes(key) || depth < 6);
  const record = Object.fromEntries(kept.map((key) => [key, dataOf(properties[key], root, depth + 1)]));
  return fc.record(record, { requiredKeys: [...required] });
}

/** The same data with a value of another kind, or another key, at some place. */
export function disturbed(data: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const junk = fc.oneof(
    fc.constantFrom<unknown>(null, true, 7, -0.5, 'text', [], {}, [[1]], { constructor: 1 }, '__proto__'),
    fc.jsonValue({ maxDepth: 2 }),
  );
  return fc
    .tuple(data, junk, fc.infiniteStream(fc.nat(9)))
    .map(([value, other, steps]) => replaced(value, other, steps));
}

function replaced(data: unknown, other: unknown, steps: Iterator<number>): unknown {
  const step = steps.next().value as number;
  if (typeof data !== 'object' || data === null || Object.keys(data).length === 0 || step === 0) {
    return other;
  }
  const keys = Object.keys(data);
  const key = keys[step % keys.length];
  const value = replaced((data as Record<string, unknown>)[key], other, steps);
  if (Array.isArray(data)) {
    return data.map((item: unknown, index) => (`${index}` === key ? value : item));
  }
  const kept = Object.entries(data).filter(([name]) => name !== key);
  return Object.fromEntries([...kept, [step === 9 ? `${key}x` : key, value]]);
}
