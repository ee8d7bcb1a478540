import { describe, expect, test } from 'vitest';
import { jsonObjectGrammar, schemaGrammar } from '../../server/grammar/json-grammar';
import { useServer } from './support/use-server';

const TEMPLATE = '{% for m in messages %}{{ m.content }}{% endfor %}';

function problemsOf(schema: unknown): string {
  try {
    schemaGrammar(schema);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

const nested = (depth: number, inner: unknown): unknown =>
  depth === 0 ? inner : { type: 'array', items: nested(depth - 1, inner) };

describe('a schema', () => {
  test.each([
    ['a keyword that is not known', { type: 'string', pattern: '^a' }, 'schema has "pattern"; allowed are '],
    ['a format', { type: 'string', format: 'date' }, 'schema has "format"'],
    ['a type that is none', { type: 'text' }, 'schema.type is "text"; allowed are object, array'],
    ['oneOf', { oneOf: [{ type: 'string' }] }, 'schema has "oneOf"'],
    ['anyOf beside others', { anyOf: [{}], type: 'object' }, 'schema has type beside anyOf'],
    ['an empty anyOf', { anyOf: [] }, 'at least one is allowed'],
    ['a schema that is no object', { properties: { a: 7 } }, 'schema.properties.a is 7; allowed are objects'],
    ['what nothing fits', { enum: ['a'], type: 'integer' }, 'schema.enum has no value of its type'],
    ['a required stranger', { type: 'object', properties: {}, required: ['a'] }, 'schema.required names ["a"]'],
    ['further properties', { properties: { a: {} }, additionalProperties: true }, 'allowed there is false'],
    ['a definition that is not there', { $ref: '#/$defs/A' }, 'schema.$ref is "#/$defs/A"; allowed are "#"'],
    ['a reference elsewhere', { $ref: 'https://example.com/a' }, 'allowed are "#" and "#/$defs/NAME"'],
    ['an empty range', { type: 'integer', minimum: 3, maximum: 2 }, 'allows from 3 to 2, which is nothing'],
    ['no whole number between', { type: 'integer', minimum: 0.2, maximum: 0.8 }, 'which is nothing'],
    ['bounds of numbers', { type: 'number', maximum: 3 }, 'schema.maximum is not supported for numbers'],
    ['too many characters', { type: 'string', maxLength: 5000 }, 'schema.maxLength is 5000; allowed are whole numbers'],
    ['half an item', { type: 'array', minItems: 0.5 }, 'schema.minItems is 0.5'],
    [
      'a value that never ends',
      {
        $defs: { A: { type: 'object', properties: { a: { $ref: '#/$defs/A' } }, required: ['a'] } },
        $ref: '#/$defs/A',
      },
      'every one holds another one',
    ],
    [
      'nothing but itself',
      { $defs: { A: { anyOf: [{ $ref: '#/$defs/A' }] } }, $ref: '#/$defs/A' },
      'schema allows no value',
    ],
    ['schemas too deep', nested(40, {}), '32 are allowed'],
    ['lists too deep', { const: JSON.parse('['.repeat(5000) + ']'.repeat(5000)) as unknown }, '128 are allowed'],
    ['too many bytes', { description: 'x'.repeat(70_000) }, '65536 are allowed'],
    ['too many values', { enum: Array.from({ length: 5000 }, (_, i) => i) }, '4000 are allowed'],
    [
      'too many states',
      { anyOf: Array.from({ length: 30 }, (_, i) => ({ type: 'string', maxLength: 4000 + i })) },
      'more than 65536 states',
    ],
    [
      'too many choices',
      { type: 'object', properties: Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`p${i}`, {}])) },
      '128 of them are allowed',
    ],
  ] as [string, unknown, string][])('is refused for %s', (_name, schema, message) => {
    expect(problemsOf(schema)).toContain(message);
  });

  test('says all that is wrong at once', () => {
    const problems = problemsOf({ properties: { a: { type: 'x' }, b: { items: { not: {} } }, c: { minLength: -1 } } });
    expect(problems.split('; ').filter((each) => each.startsWith('schema.properties'))).toHaveLength(3);
    expect(problems).toContain('schema.properties.b.items has "not"');
  });

  test('takes remarks, and becomes a grammar within its limits in a moment', () => {
    const remarks = { title: 'T', description: 'D', default: 1, examples: [], $schema: 'x', type: 'string' };
    expect(problemsOf(remarks)).toBe('');
    const many = Object.fromEntries(
      Array.from({ length: 120 }, (_, i) => [`p${i}`, { type: 'string', maxLength: 400 }]),
    );
    const before = performance.now();
    expect(schemaGrammar({ type: 'object', properties: many }).length).toBeLessThan(700_000);
    expect(performance.now() - before).toBeLessThan(3000);
  });
});

describe('response_format', () => {
  const start = useServer();
  const messages = [{ role: 'user' as const, content: 'Hi' }];

  test('brings its grammar to the engine, in chats and completions', async () => {
    const { client, engine } = await start({ chatTemplate: TEMPLATE });
    const schema = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] };
    const json_schema = { name: 'a', schema, strict: true };
    const create = (response_format?: object) =>
      client.chat.completions.create({ model: 'scripted', messages, response_format: response_format as never });
    await create();
    await create({ type: 'text' });
    await create({ type: 'json_object' });
    await create({ type: 'json_schema', json_schema });
    const completion = { model: 'scripted', prompt: 'Hi', response_format: { type: 'json_object' } };
    await client.completions.create(completion as never);
    expect(engine.requests.map(({ grammar }) => grammar)).toEqual([
      undefined,
      undefined,
      jsonObjectGrammar(),
      schemaGrammar(schema),
      jsonObjectGrammar(),
    ]);
  });

  test('is refused with what is wrong', async () => {
    const { client } = await start({ chatTemplate: TEMPLATE });
    const refusal = (response_format: object): Promise<unknown> =>
      client.chat.completions
        .create({ model: 'scripted', messages, response_format: response_format as never })
        .then(() => expect.fail('it was accepted'))
        .catch((error: unknown) => error);
    const json_schema = { name: 'a', schema: { type: 'string', format: 'uuid' } };
    expect(await refusal({ type: 'json_schema', json_schema })).toMatchObject({
      status: 400,
      param: 'response_format',
      code: 'schema_unsupported',
      message: expect.stringContaining('schema has "format"; allowed are $ref, anyOf') as string,
    });
    expect(await refusal({ type: 'json_schema' })).toMatchObject({ status: 400 });
    expect(await refusal({ type: 'json_schema', json_schema: { name: 'a b', schema: {} } })).toMatchObject({
      status: 400,
    });
    expect(await refusal({ type: 'grammar' })).toMatchObject({ status: 400 });
  });
});
