import Ajv from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildServer } from '../../scripts/build-server';
import { ModelFolder } from '../engine-native/engine-case';
import { RandomSchemas } from '../engine-native/grammar/random-schema';
import { randomBpe, randomSentencePiece, RandomVocabulary } from '../engine-native/grammar/random-vocabulary';
import { useNativeServer } from './support/native-server';
import { randomModelFile, RandomModelFileOptions } from './support/random-model-file';

const models = new ModelFolder();
const start = useNativeServer();
let directory: string;

beforeAll(async () => {
  directory = await buildServer('host');
}, 900_000);
afterAll(() => models.remove());

const HI = [{ role: 'user' as const, content: 'Hi' }];

const modelOf = (name: string, vocabulary: RandomVocabulary, options?: RandomModelFileOptions): string =>
  randomModelFile(models, name, vocabulary, options);

const VOCABULARIES = { 'byte pairs': randomBpe(7, 200), SentencePiece: randomSentencePiece(8, 150) };

describe.each(Object.entries(VOCABULARIES))('a random model of %s, by the official client,', (name, vocabulary) => {
  test('answers as schemas ask for, whatever is in the batch', { timeout: 300_000 }, async () => {
    const { client } = await start({
      directory,
      model: modelOf(name, vocabulary, { spare: 37 }),
      args: ['--slots', '3'],
    });
    const ask = async (seed: number): Promise<string | undefined> => {
      const schema = new RandomSchemas(300 + seed).schema();
      const answer = await client.chat.completions.create({
        ...{ model: 'example', messages: HI, temperature: 1.2, seed, max_tokens: 300 },
        response_format: { type: 'json_schema', json_schema: { name: 'random', schema, strict: true } },
      });
      const { message, finish_reason } = answer.choices[0];
      if (finish_reason === 'length') {
        return undefined;
      }
      const validate = new Ajv({ strict: false }).compile(schema);
      expect(validate(JSON.parse(message.content!)), `${message.content} by ${JSON.stringify(schema)}`).toBe(true);
      return message.content!;
    };
    const seeds = Array.from({ length: 45 }, (_, seed) => seed);
    const texts: (string | undefined)[] = [];
    for (const seed of seeds.filter((each) => each % 3 === 0)) {
      texts.push(...(await Promise.all([ask(seed), ask(seed + 1), ask(seed + 2)])));
    }
    expect(texts.filter((text) => text !== undefined).length).toBeGreaterThan(25);
    const again = await Promise.all([4, 8, 12].map((seed) => ask(seed)));
    expect(again).toEqual([4, 8, 12].map((seed) => texts[seed]));
  });

  test('answers greedily with an object, streamed as whole, and is cut by max_tokens', async () => {
    const { client } = await start({ directory, model: modelOf(name, vocabulary) });
    const properties = { name: { type: 'string', maxLength: 12 }, ok: { type: 'boolean' }, n: { type: 'integer' } };
    const schema = { type: 'object', properties, required: ['name', 'ok', 'n'], additionalProperties: false };
    const request = {
      ...{ model: 'example', messages: HI, temperature: 0, max_tokens: 300 },
      response_format: { type: 'json_schema' as const, json_schema: { name: 'a', schema } },
    };
    const whole = await client.chat.completions.create(request);
    expect(whole.choices[0].finish_reason).toBe('stop');
    expect(Object.keys(JSON.parse(whole.choices[0].message.content!) as object)).toEqual(['name', 'ok', 'n']);
    const runner = client.chat.completions.stream({ ...request, stream: true });
    expect((await runner.finalChatCompletion()).choices[0].message.content).toBe(whole.choices[0].message.content);
    const cut = await client.chat.completions.create({ ...request, max_tokens: 3 });
    expect(cut.choices[0].finish_reason).toBe('length');
    expect(whole.choices[0].message.content!.startsWith(cut.choices[0].message.content!.replace(/\ufffd+$/, ''))).toBe(
      true,
    );
    const object = await client.chat.completions.create({
      ...request,
      response_format: { type: 'json_object' },
      max_tokens: 40,
    });
    expect(object.choices[0].message.content).toMatch(/^\s*\{/);
  });

  test('tells the probabilities of what it drew, and of the likeliest', async () => {
    const { client } = await start({ directory, model: modelOf(name, vocabulary) });
    const request = { model: 'example', messages: HI, temperature: 1, seed: 3, max_tokens: 12, logprobs: true };
    const whole = await client.chat.completions.create({ ...request, top_logprobs: 20 });
    const tokens = whole.choices[0].logprobs!.content!;
    expect(tokens.length).toBeGreaterThan(0);
    for (const { logprob, top_logprobs: likeliest } of tokens) {
      const sum = likeliest.reduce((total, each) => total + Math.exp(each.logprob), 0);
      expect(likeliest).toHaveLength(20);
      expect(sum).toBeGreaterThan(0.1);
      expect(sum).toBeLessThanOrEqual(1.0001);
      expect(logprob).toBeLessThanOrEqual(likeliest[0].logprob);
      expect(likeliest.map((each) => each.logprob)).toEqual(
        likeliest.map((each) => each.logprob).sort((a, b) => b - a),
      );
    }
    const content = Buffer.from(tokens.flatMap(({ bytes }) => bytes!)).toString();
    expect(content).toBe(whole.choices[0].message.content);
    const runner = client.chat.completions.stream({ ...request, top_logprobs: 20 });
    expect((await runner.finalChatCompletion()).choices[0].logprobs!.content).toEqual(tokens);
  });
});

test('a grammar of too many ways ends its request alone, with the reason', async () => {
  const { client } = await start({ directory, model: modelOf('ambiguous', VOCABULARIES['byte pairs']) });
  // Lists of lists of this, which differ only in what comes last.
  const list = (end: string): object => ({
    type: 'array',
    items: { anyOf: [{ $ref: '#/$defs/A' }, { const: end }] },
    minItems: 1,
  });
  const lists = Array.from({ length: 40 }, (_, index) => list(String(index)));
  const schema = { $defs: { A: { anyOf: lists } }, $ref: '#/$defs/A' };
  const open = Object.fromEntries([['json_schema', { name: 'a', schema }]]);
  const request = { model: 'example', messages: HI, max_tokens: 60, temperature: 0, logit_bias: { 91: 100 } };
  const refused = client.chat.completions.create({
    ...request,
    response_format: { type: 'json_schema', ...open } as never,
  });
  await expect(refused).rejects.toMatchObject({ status: 400, code: 'schema_too_ambiguous', param: 'response_format' });
  const answer = await client.chat.completions.create({ ...request, logit_bias: {}, max_tokens: 2 });
  expect(answer.usage!.completion_tokens).toBeGreaterThan(0);
});

describe('biases', () => {
  const vocabulary = VOCABULARIES['byte pairs'];
  const forbidden = (tokens: Iterable<number>) => Object.fromEntries([...tokens].map((token) => [token, -100]));
  const all = vocabulary.bytes.map((_, token) => token);
  const request = { model: 'example', messages: HI, max_tokens: 200, temperature: 1, seed: 3 };
  const json_schema = { name: 'a', schema: { enum: ['yes', 'no'] } };
  const response_format = { type: 'json_schema' as const, json_schema };
  const refusal = { status: 400, code: 'no_token_allowed', param: 'logit_bias' };

  test('that forbid every token, or all that a format allows, are refused', async () => {
    const { client, url } = await start({ directory, model: modelOf('forbidden', vocabulary) });
    const create = (fields: object) => client.chat.completions.create({ ...request, ...fields });
    const letter = vocabulary.bytes.findIndex((bytes) => Buffer.from(bytes).toString() === 'z');
    const others = forbidden(all.filter((token) => token !== letter));
    await expect(create({ logit_bias: forbidden(all) })).rejects.toMatchObject(refusal);
    await expect(create({ logit_bias: others, response_format })).rejects.toMatchObject(refusal);
    expect((await create({ logit_bias: others, max_tokens: 3 })).choices[0].message.content).toBe('zzz');
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/^graviton_requests_in_flight 0\n/m);
  });

  test('that forbid the end of an answer do not keep a whole one from ending', async () => {
    const { client } = await start({ directory, model: modelOf('endless', vocabulary) });
    const logit_bias = forbidden(vocabulary.stops);
    const held = await client.chat.completions.create({ ...request, response_format, logit_bias });
    expect(held.choices[0].finish_reason).toBe('stop');
    expect(['yes', 'no']).toContain(JSON.parse(held.choices[0].message.content!));
    const free = await client.chat.completions.create({ ...request, logit_bias });
    expect(free.choices[0].finish_reason).toBe('length');
  });
});

test('a vocabulary without all bytes serves text, and says that it follows no format', async () => {
  const plain = VOCABULARIES.SentencePiece;
  const vocabulary = { ...plain.vocabulary, tokens: plain.vocabulary.tokens.map((t) => (t === '<0x7B>' ? '{{' : t)) };
  const types = plain.vocabulary.types!.map((type, token) => (vocabulary.tokens[token] === '{{' ? 1 : type));
  const model = modelOf('no-brace', { ...plain, vocabulary: { ...vocabulary, types } });
  const { client } = await start({ directory, model });
  const request = { model: 'example', prompt: [5], max_tokens: 2 };
  expect((await client.completions.create(request)).choices).toHaveLength(1);
  const asked = client.completions.create({ ...request, response_format: { type: 'json_object' } } as never);
  await expect(asked).rejects.toMatchObject({
    status: 400,
    code: 'response_format_unsupported',
    param: 'response_format',
  });
});
