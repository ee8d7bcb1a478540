import Ajv from 'ajv';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeKernels } from '../../scripts/kernels/kernel-build';
import { writeVocabularyFile } from '../../scripts/tokenizer-peers/vocabulary-file';
import { jsonObjectGrammar, schemaGrammar } from '../../server/grammar/json-grammar';
import { useScratchDirectory } from '../support/scratch-directory';
import { GrammarProgram } from './grammar/grammar-program';
import { RandomSchemas } from './grammar/random-schema';
import { randomBpe, randomSentencePiece, RandomVocabulary } from './grammar/random-vocabulary';
import { readBySchema } from './grammar/reference-reader';

const scratch = useScratchDirectory();

beforeAll(() => makeKernels(['engine-host']), 300_000);

const VOCABULARIES: readonly RandomVocabulary[] = [randomBpe(1, 220), randomSentencePiece(2, 180), randomBpe(3, 40)];

async function withProgram(
  { vocabulary }: Pick<RandomVocabulary, 'vocabulary'>,
  work: (program: GrammarProgram) => Promise<void>,
  build?: string,
): Promise<void> {
  const path = scratch();
  writeVocabularyFile(path, vocabulary);
  const program = new GrammarProgram(path, build);
  await work(program);
  expect(await program.end()).toEqual({ end: 0, errors: '' });
}

interface Walk {
  readonly text: string;
  readonly isWhole: boolean;
}

/** Takes random tokens, those that move on more often, and looks at each mask. */
async function walk(
  program: GrammarProgram,
  { bytes, stops }: RandomVocabulary,
  random: RandomSchemas,
  steps: number,
  look: (text: Buffer, allowed: ReadonlySet<number>) => void = () => undefined,
): Promise<Walk> {
  let text = Buffer.alloc(0);
  for (let step = 0; step < steps; step++) {
    const allowed = await program.allowed();
    expect(allowed.size, `nothing may follow ${text.toString()}`).toBeGreaterThan(0);
    look(text, allowed);
    const tokens = [...allowed].filter((token) => !stops.has(token));
    const isWhole = tokens.length < allowed.size;
    if (isWhole && (tokens.length === 0 || random.below(3) === 0)) {
      return { text: text.toString(), isWhole };
    }
    const moving = tokens.filter((token) => /["}\],:]/.test(Buffer.from(bytes[token]).toString('latin1')));
    const token = random.pick(moving.length > 0 && random.below(2) ? moving : tokens);
    expect(await program.accept(token)).toBe(true);
    text = Buffer.concat([text, bytes[token]]);
  }
  return { text: text.toString(), isWhole: false };
}

/** Compares a mask with what the reference says of the text with each token behind it. */
function compare(schema: unknown, { bytes, stops }: RandomVocabulary) {
  return (text: Buffer, allowed: ReadonlySet<number>): void => {
    const { isWhole } = readBySchema(schema, text);
    const wrong = bytes.flatMap((added, token) => {
      const fits = stops.has(token)
        ? isWhole
        : added.length > 0 && readBySchema(schema, Buffer.concat([text, added])).isBeginning;
      return fits === allowed.has(token) ? [] : [{ token, added: Buffer.from(added).toString(), fits }];
    });
    expect(wrong, `after ${text.toString()} by ${JSON.stringify(schema)}`).toEqual([]);
  };
}

function validator(schema: object): (text: string) => boolean {
  const validate = new Ajv({ strict: false }).compile(schema);
  return (text) => validate(JSON.parse(text));
}

describe('a mask has exactly the tokens after which a text can become whole', () => {
  test.each([0, 1, 2])('vocabulary %i, JSON objects', { timeout: 120_000 }, (number) =>
    withProgram(VOCABULARIES[number], async (program) => {
      for (let seed = 0; seed < 4; seed++) {
        await program.begin(jsonObjectGrammar());
        const schema = { type: 'object' };
        await walk(program, VOCABULARIES[number], new RandomSchemas(seed), 25, compare(schema, VOCABULARIES[number]));
      }
    }),
  );

  test.each([0, 1, 2])('vocabulary %i, random schemas', { timeout: 300_000 }, (number) =>
    withProgram(VOCABULARIES[number], async (program) => {
      for (let seed = 0; seed < 14; seed++) {
        const random = new RandomSchemas(100 * number + seed);
        const schema = random.schema();
        await program.begin(schemaGrammar(schema));
        await walk(program, VOCABULARIES[number], random, 22, compare(schema, VOCABULARIES[number]));
      }
    }),
  );
});

describe('answers', () => {
  test.each([0, 1])('vocabulary %i: what ends is valid, and there is always a way on', { timeout: 300_000 }, (number) =>
    withProgram(VOCABULARIES[number], async (program) => {
      let whole = 0;
      for (let seed = 0; seed < 150; seed++) {
        const random = new RandomSchemas(1000 * (number + 1) + seed);
        const schema = random.schema();
        await program.begin(schemaGrammar(schema));
        const { text, isWhole } = await walk(program, VOCABULARIES[number], random, 120);
        whole += isWhole ? 1 : 0;
        expect(!isWhole || validator(schema)(text), `${text} by ${JSON.stringify(schema)}`).toBe(true);
      }
      expect(whole).toBeGreaterThan(50);
    }),
  );

  test('that a schema allows are taken, compact and indented', { timeout: 120_000 }, () =>
    withProgram(VOCABULARIES[0], async (program) => {
      for (let seed = 0; seed < 120; seed++) {
        const random = new RandomSchemas(5000 + seed);
        const schema = random.schema();
        const value = random.value(schema);
        expect(validator(schema)(JSON.stringify(value))).toBe(true);
        const indented = seed % 2 === 1 && !/"(enum|const)"/.test(JSON.stringify(schema));
        const text = JSON.stringify(value, null, indented ? 4 : undefined);
        await program.begin(schemaGrammar(schema));
        for (const byte of Buffer.from(text)) {
          expect(await program.accept(byte), `${text} by ${JSON.stringify(schema)}`).toBe(true);
        }
        expect(await program.allowed()).toContain(257);
      }
    }),
  );
});
