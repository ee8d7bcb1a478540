import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildServer } from '../../scripts/build-server';
import { ensureExampleModel } from '../../scripts/example-model/ensure-example-model';
import { tokenizerMetadata, uint32 } from '../../scripts/gguf/metadata';
import { writeGguf } from '../../scripts/gguf/write-gguf';
import { checkCacheMemory } from '../../server/engine/cache-memory';
import { GeneratedToken, GenerationRequest, GREEDY, NoTokenAllowed } from '../../server/engine/engine';
import {
  ADDON_NAME,
  HostHandle,
  loadNativeAddon,
  NativeAddon,
  NativeOptions,
  REPORT,
} from '../../server/engine/native-addon';
import { NativeEngine } from '../../server/engine/native-engine';
import { embeddingRequest } from '../../server/engine/native-request';
import { answersOf, ModelFolder } from '../engine-native/engine-case';
import { randomModel } from '../engine-native/random-model';
import { floatsOf } from '../engine-native/run-engine';

let addonPath: string;
let addon: NativeAddon;
let model: string;
const models = new ModelFolder();

afterAll(() => models.remove());

beforeAll(async () => {
  addonPath = join(await buildServer('host'), ADDON_NAME);
  addon = loadNativeAddon(addonPath);
  model = ensureExampleModel();
}, 900_000);

const REQUEST: GenerationRequest = { prompt: [256, 40, 41], maxTokens: 20, sampling: GREEDY };
const OPTIONS: NativeOptions = { slots: 2, contextLength: 0, batchTokens: 64, threads: 1, weights: 0 };

async function withEngine(work: (engine: NativeEngine) => Promise<void>): Promise<void> {
  const engine = await NativeEngine.open(addon, { path: model, slots: 2, threads: 1 });
  try {
    await work(engine);
  } finally {
    await engine.close();
  }
}

async function tokensOf(generation: AsyncIterable<GeneratedToken>): Promise<number[]> {
  const tokens: number[] = [];
  for await (const { id } of generation) {
    tokens.push(id);
  }
  return tokens;
}

describe('the engine behind the add-on', () => {
  test('encodes and decodes as the model does', () =>
    withEngine(async ({ tokenizer, model: facts }) => {
      expect(tokenizer.controlTexts).toEqual(['<|begin|>', '<|end|>', '<|user|>', '<|assistant|>']);
      expect([tokenizer.beginText, tokenizer.endText]).toEqual(['<|begin|>', '<|end|>']);
      expect(facts).toMatchObject({ contextLength: 256, embeddingLength: 64 });
      const text = 'Licence: Grüße 😀, 1.0';
      const plain = tokenizer.encode(text, { addSpecial: false, parseSpecial: false });
      const decoder = tokenizer.decoder();
      expect(plain.map((token) => decoder.push(token)).join('') + decoder.end()).toBe(text);
      const special = tokenizer.encode('a<|end|>', { addSpecial: true, parseSpecial: true });
      expect([special[0], special.at(-1)]).toEqual([256, 257]);
      await Promise.resolve();
    }));

  test('gives the tokens that graviton-engine-run gives, but for the one that ends a turn', () =>
    withEngine(async (engine) => {
      const chat = '<|begin|><|user|>"Licensor" shall mean the copyright owner<|end|><|assistant|>';
      const prompt = engine.tokenizer.encode(chat, { addSpecial: false, parseSpecial: true });
      const commands = ['open', `submit 0 max_tokens=100 tokens=${prompt.join(',')} stop=257`, 'run', 'take 0'];
      const [, , , taken] = answersOf(model, commands);
      expect(taken.finish).toBe('stop');
      expect(taken.tokens!.at(-1)).toBe(257);
      const generation = engine.submit({ ...REQUEST, prompt, maxTokens: 100 });
      expect(await tokensOf(generation)).toEqual(taken.tokens!.slice(0, -1));
      expect(generation.finish).toBe('stop');
    }));

  test('gives an answer once it is read, and frees the slot before', () =>
    withEngine(async (engine) => {
      let made = 0;
      const generation = engine.submit({ ...REQUEST, onToken: () => (made += 1) });
      await generation.released;
      expect(made).toBeGreaterThan(0);
      const tokens = await tokensOf(generation);
      expect(tokens).toHaveLength(made);
      expect(tokens).not.toContain(257);
      expect(generation.finish).toBe(made === 20 ? 'length' : 'stop');
    }));

  test('frees the slots of what is cancelled, at work or not yet begun', () =>
    withEngine(async (engine) => {
      for (let i = 0; i < 50; i++) {
        const pair = [engine.submit({ ...REQUEST, maxTokens: 200 }), engine.submit({ ...REQUEST, maxTokens: 200 })];
        if (i % 2) {
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        pair.forEach((generation) => generation.cancel());
        await Promise.all(pair.map(({ released }) => released));
        expect((await tokensOf(pair[0])).length).toBeLessThan(200);
      }
      expect((await tokensOf(engine.submit(REQUEST))).length).toBeGreaterThan(0);
    }));

  test('says what it cannot do, and goes on', () =>
    withEngine(async (engine) => {
      const failures = [
        engine.submit({ ...REQUEST, prompt: [] }),
        engine.submit({ ...REQUEST, prompt: [512] }),
        engine.submit({ ...REQUEST, prompt: Array<number>(257).fill(40) }),
        engine.submit({ ...REQUEST, sampling: { ...GREEDY, temperature: NaN } }),
      ];
      for (const failure of failures) {
        await expect(tokensOf(failure)).rejects.toThrow(/^engine: /);
        await failure.released;
      }
      await expect(engine.embed([])).rejects.toThrow(/^engine: /);
      const forbidden = new Map(Array.from({ length: 512 }, (_, token) => [token, -100] as const));
      const nothing = engine.submit({ ...REQUEST, sampling: { ...GREEDY, logitBias: forbidden } });
      await expect(tokensOf(nothing)).rejects.toThrow(NoTokenAllowed);
      expect((await tokensOf(engine.submit(REQUEST))).length).toBeGreaterThan(0);
    }));

  test('ends what it works on when it is closed, and takes nothing more', async () => {
    const engine = await NativeEngine.open(addon, { path: model, slots: 2, threads: 1 });
    const generation = engine.submit({ ...REQUEST, maxTokens: 200 });
    const closed = engine.close();
    const failed = await tokensOf(generation).catch((error: Error) => error.message);
    expect(failed).toBe('engine: the engine was closed');
    await closed;
    await engine.close();
    expect(() => engine.submit(REQUEST)).toThrow(/is closed/);
  });

  test('draws no row of the vocabulary that is no token', async () => {
    const engine = await NativeEngine.open(addon, { path: tokensOfModel(60), slots: 1, threads: 1 });
    expect(engine.tokenizer.tokenCount).toBe(60);
    const sampling = { ...GREEDY, temperature: 2, logitBias: new Map([[1, -100]]) };
    const answer = await tokensOf(engine.submit({ prompt: [3], maxTokens: 200, sampling }));
    await engine.close();
    expect(answer).toHaveLength(200);
    expect(Math.max(...answer)).toBeLessThan(60);
  });

  test('takes no file whose tokenizer has more tokens than its model', async () => {
    const opened = NativeEngine.open(addon, { path: tokensOfModel(101), slots: 1, threads: 1 });
    await expect(opened).rejects.toThrow(/tokenizer has more tokens than its model/);
  });

  test.each([
    [undefined, 1],
    [1, 1],
    [3, 2],
  ])('pools embeddings as the file says: %s', async (type, pooling) => {
    const prompt = [3, 5, 8];
    const path = pooledModel(type);
    const commands = ['open', `submit 0 max_tokens=0 pooling=${pooling} tokens=${prompt.join()}`, 'run', 'embedding 0'];
    const expected = floatsOf(answersOf(path, commands)[3].embedding);
    const engine = await NativeEngine.open(addon, { path, slots: 1, threads: 1 });
    const embedding = await engine.embed(prompt);
    await engine.close();
    const length = Math.sqrt(expected.reduce((sum, value) => sum + value * value, 0));
    expect(embedding).toEqual(expected.map((value) => value / length));
  });

  test('takes no file whose pooling is of another kind', async () => {
    const opened = NativeEngine.open(addon, { path: pooledModel(4), slots: 1, threads: 1 });
    await expect(opened).rejects.toThrow(/pooling_type is not known; 1 \(mean\) and 3 \(last token\) are/);
  });

  function pooledModel(type: number | undefined): string {
    const { metadata, tensors } = randomModel();
    const pooled = type === undefined ? metadata : { ...metadata, 'llama.pooling_type': uint32(type) };
    return models.writeBytes(`pooled-${type}`, writeGguf({ metadata: pooled, tensors }));
  }

  /** A model of 100 rows with so many tokens. */
  function tokensOfModel(count: number): string {
    const tokens = Array.from({ length: count }, (_, index) => `<${index}>`);
    const tokenizer = tokenizerMetadata({ model: 'gpt2', pre: 'default', tokens, merges: ['< 1'], bos: 0, eos: 1 });
    const { metadata, tensors } = randomModel();
    return models.writeBytes(`tokens-${count}`, writeGguf({ metadata: { ...metadata, ...tokenizer }, tensors }));
  }
});

test('the cache has room, or the error says how much', () => {
  const facts = { cacheBytesPerToken: 131_072, cacheTokens: 4 * 131_072, slots: 4, contextLength: 131_072 };
  expect(() => checkCacheMemory(facts, 80 * 2 ** 30)).not.toThrow();
  const tight = () => checkCacheMemory(facts, 40 * 2 ** 30);
  expect(tight).toThrow('takes 64.00 GiB, and 36.00 GiB are left for it. Use --context-length 73728 at most');
  expect(() => checkCacheMemory(facts, 2 ** 20)).toThrow(/Use fewer --slots, or a smaller model/);
});

describe('the add-on, wrongly used,', () => {
  const MISUSES: Record<string, (host: HostHandle) => unknown> = {
    'no arguments': () => (addon.open as unknown as () => void)(),
    'a path that is no text': () => addon.open(7 as never, OPTIONS, () => undefined),
    'no options': () => addon.open(model, undefined as never, () => undefined),
    'no receiver': () => addon.open(model, OPTIONS, 'no function' as never),
    'slots below zero': () => addon.open(model, { ...OPTIONS, slots: -1 }, () => undefined),
    'half a thread': () => addon.open(model, { ...OPTIONS, threads: 0.5 }, () => undefined),
    'cores without threads': () => addon.open(model, { ...OPTIONS, cores: new Uint32Array(3) }, () => undefined),
    'another object': () => addon.facts({}),
    'a decoder as an engine': (host) => addon.facts(addon.decoder(host) as HostHandle),
    'an engine as a decoder': (host) => addon.decode(host as never, 1),
    'nothing as an engine': () => addon.close(undefined as never),
    'a token that is none': (host) => addon.tokenText(host, 512),
    'a token that is NaN': (host) => addon.tokenType(host, NaN),
    'a token to decode that is none': (host) => addon.decode(addon.decoder(host), 2 ** 31 - 1),
    'a number to encode': (host) => addon.encode(host, 5 as never, 0),
    'tokens in a list': (host) => addon.submit(host, 1, [1, 2] as never, embeddingRequest()),
    'tokens as floats': (host) => addon.submit(host, 1, new Float32Array(2) as never, embeddingRequest()),
    'a seed that is no bigint': (host) =>
      addon.submit(host, 1, new Uint32Array(1), { ...embeddingRequest(), seed: 1 as never }),
    'biases of no tokens': (host) =>
      addon.submit(host, 1, new Uint32Array(1), { ...embeddingRequest(), biases: new Float32Array(1) }),
    'no settings': (host) => addon.submit(host, 1, new Uint32Array(1), undefined as never),
  };

  test.each(Object.keys(MISUSES))('throws: %s', async (name) => {
    const [host, closed] = await openHost();
    expect(() => MISUSES[name](host)).toThrow(/./);
    addon.close(host);
    await closed;
  });

  test('passes on what a getter throws', async () => {
    const [host, closed] = await openHost();
    const settings = {
      get maxTokens(): number {
        throw new RangeError('not today');
      },
    };
    expect(() => addon.submit(host, 1, new Uint32Array(1), settings as never)).toThrow('not today');
    addon.cancel(host, 99);
    addon.close(host);
    await closed;
  });

  /** Opens an engine and does what the last argument says; runs as a program, and as a thread of one. */
  const PROGRAM = (): string => `
    const { parentPort, workerData } = require('node:worker_threads');
    const addon = require(${JSON.stringify(addonPath)});
    const at = parentPort ? workerData : process.argv[1];
    const request = { maxTokens: 200, pooling: 0, temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1,
      presencePenalty: 0, frequencyPenalty: 0, seed: 0n, biasTokens: new Uint32Array(), biases: new Float32Array(),
      logProbabilities: 0, likeliest: 0 };
    const end = () => (parentPort ? parentPort.postMessage(at) : process.exit(3));
    const host = addon.open(${JSON.stringify(model)}, ${JSON.stringify({ ...OPTIONS, threads: 2 })}, (kind) => {
      if (kind !== ${REPORT.opened}) return;
      if (at === 'throwing') throw new Error('thrown by the receiver');
      if (at !== 'idle') addon.submit(host, 1, Uint32Array.of(256), request);
      if (at === 'closing') addon.close(host);
      end();
    });
    if (at === 'loading') end();`;

  test('ends with its process, loading or at work, without a crash', () => {
    for (const at of ['loading', 'working']) {
      const { status, stderr } = spawnSync(process.execPath, ['-e', PROGRAM(), at], { encoding: 'utf8' });
      expect({ status, stderr }).toEqual({ status: 3, stderr: '' });
    }
  });

  test('ends with the thread that opened it, and not with the process', async () => {
    const stages = ['loading', 'working', 'idle', 'closing'];
    for (const stage of [...stages, ...stages, ...stages]) {
      const thread = new Worker(PROGRAM(), { eval: true, workerData: stage });
      const ended = once(thread, 'exit') as Promise<[number]>;
      const [reached] = (await once(thread, 'message')) as [string];
      expect(reached).toBe(stage);
      await thread.terminate();
      // A thread whose engine is closed has nothing to wait for: it may end before it is told to.
      expect(stage === 'closing' ? [0, 1] : [1]).toContain((await ended)[0]);
    }
  });

  test('what its receiver throws is an uncaught exception', () => {
    const { status, stderr } = spawnSync(process.execPath, ['-e', PROGRAM(), 'throwing'], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain('Error: thrown by the receiver');
  });

  function openHost(): Promise<[HostHandle, Promise<void>]> {
    return new Promise((resolve) => {
      let close: () => void;
      const closed = new Promise<void>((done) => (close = done));
      const host: HostHandle = addon.open(model, OPTIONS, (kind) => (kind === 0 ? resolve([host, closed]) : close()));
    });
  }
});

test('the libraries export their API, and the add-on what Node.js calls', () => {
  const exported = (file: string): string[] => {
    const { stdout } = spawnSync('nm', ['--dynamic', '--defined-only', '--format=just-symbols', file], {
      encoding: 'utf8',
    });
    return stdout.split('\n').filter((name) => name !== '');
  };
  expect(exported(addonPath).sort()).toEqual(['napi_register_module_v1', 'node_api_module_get_api_version_v1']);
  const engine = exported(join(addonPath, '..', 'libgraviton_engine.so'));
  expect(engine).toContain('gtok_token_type');
  expect(engine.filter((name) => !/^(ge|gtok)_/.test(name))).toEqual([]);
});
