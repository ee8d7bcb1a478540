import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { buildServer } from '../../scripts/build-server';
import { ensureExampleModel } from '../../scripts/example-model/ensure-example-model';
import { answersOf, ModelFolder } from '../engine-native/engine-case';
import { randomBpe } from '../engine-native/grammar/random-vocabulary';
import { useScratchDirectory } from '../support/scratch-directory';
import { useNativeServer } from './support/native-server';
import { randomModelFile } from './support/random-model-file';

/** Words of the licence, which the model knows by heart, and what follows them there. */
const BEGINNING = 'Grant of Copyright License. Subject to';
const CONTINUATION = ' the terms and conditions of this License, each Contributor hereby grants to You';
const GREEDY = { model: 'example', prompt: BEGINNING, temperature: 0, max_tokens: 32 } as const;

let directory: string;
let model: string;
const start = useNativeServer();
const scratch = useScratchDirectory();
const models = new ModelFolder();

afterAll(() => models.remove());

beforeAll(async () => {
  directory = await buildServer('host');
  model = ensureExampleModel();
}, 900_000);

const run = (...args: string[]) => start({ directory, model, args });

async function streamed(client: OpenAI, request: object): Promise<string> {
  const stream = await client.completions.create({ model: 'example', stream: true, ...request } as never);
  const texts: string[] = [];
  for await (const chunk of stream as unknown as AsyncIterable<OpenAI.Completion>) {
    texts.push(chunk.choices[0].text);
  }
  return texts.join('');
}

/** Whether anything takes connections there. */
function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(!!socket.destroy()));
    socket.once('error', () => resolve(false));
  });
}

describe('the official client at the real server', () => {
  test('gets and streams completions, which are what the model learned', async () => {
    const { client, url } = await run();
    const whole = await client.completions.create(GREEDY);
    expect(CONTINUATION.startsWith(whole.choices[0].text) || whole.choices[0].text.startsWith(CONTINUATION)).toBe(true);
    expect(whole.choices[0].text.length).toBeGreaterThan(40);
    expect(whole.choices[0].finish_reason).toBe('length');
    expect(whole.usage?.completion_tokens).toBe(32);
    expect(await streamed(client, GREEDY)).toBe(whole.choices[0].text);
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/graviton_generated_tokens_total 64\n/);
  });

  test('chats by the template of the file, to the end of a turn', async () => {
    const { client } = await run();
    const messages = [{ role: 'user', content: '"Licensor" shall mean the copyright owner' }] as const;
    const answer = await client.chat.completions.create({ model: 'example', messages: [...messages], temperature: 0 });
    expect(answer.choices[0]).toMatchObject({
      message: { role: 'assistant', content: expect.stringMatching(/ the License\.$/) },
      finish_reason: 'stop',
    });
    const runner = client.chat.completions.stream({ model: 'example', messages: [...messages], temperature: 0 });
    expect((await runner.finalChatCompletion()).choices[0].message.content).toBe(answer.choices[0].message.content);
  });

  test('gets embeddings of length 1, and the model', async () => {
    const { client } = await run();
    const { data } = await client.embeddings.create({ model: 'example', input: ['License', 'License', 'Notice'] });
    const [one, same, other] = data.map(({ embedding }) => embedding);
    expect(Math.hypot(...one)).toBeCloseTo(1, 5);
    expect(one).toHaveLength(64);
    expect(same).toEqual(one);
    expect(other).not.toEqual(one);
    expect((await client.models.list()).data).toMatchObject([{ id: 'example', context_length: 256 }]);
  });

  test('stops at strings, and forbids tokens by bias', async () => {
    const { client } = await run();
    const cut = await client.completions.create({ ...GREEDY, stop: ' conditions' });
    expect(cut.choices[0]).toMatchObject({ text: ' the terms and', finish_reason: 'stop' });
    const [space] = answersOf(model, ['open', 'submit 0 max_tokens=1 tokens=256,34', 'run', 'take 0'])[3].tokens!;
    const biased = await client.completions.create({
      ...{ model: 'example', prompt: [256, 34], temperature: 0, max_tokens: 1 },
      logit_bias: { [space]: -100 },
    });
    const free = await client.completions.create({
      model: 'example',
      prompt: [256, 34],
      temperature: 0,
      max_tokens: 1,
    });
    expect(biased.choices[0].text).not.toBe(free.choices[0].text);
  });

  test('gets for a seed the same text alone and beside three others', async () => {
    const { client } = await run();
    const request = { model: 'example', prompt: 'You may', temperature: 1.5, seed: 7, max_tokens: 40 };
    const alone = await streamed(client, request);
    const others = [1, 2, 3].map((seed) => streamed(client, { ...request, prompt: 'Each', seed, max_tokens: 60 }));
    expect(await streamed(client, request)).toBe(alone);
    const texts = await Promise.all(others);
    expect(new Set(texts).size).toBe(3);
    expect(await streamed(client, { ...request, seed: 8 })).not.toBe(alone);
    expect(await streamed(client, { ...request, seed: -7 })).not.toBe(alone);
  });

  test('gets for a seed the same choices, whole and streamed, and the first as alone', async () => {
    const { client } = await run();
    const request = { model: 'example', prompt: 'You may', temperature: 1.5, seed: 7, max_tokens: 40 };
    const whole = await client.completions.create({ ...request, n: 3 });
    const texts = whole.choices.map(({ text }) => text);
    expect(new Set(texts).size).toBe(3);
    expect(texts[0]).toBe(await streamed(client, request));
    const streams = ['', '', '', ''];
    const stream = await client.completions.create({ ...request, n: 4, stream: true });
    for await (const { choices } of stream) {
      streams[choices[0].index] += choices[0].text;
    }
    expect(streams.slice(0, 3)).toEqual(texts);
    await expect(client.completions.create({ ...request, n: 5 })).rejects.toMatchObject({ status: 400, param: 'n' });
  });
});

describe('the program', () => {
  test('refuses with 503 what neither works nor waits', async () => {
    const { client } = await run('--slots', '1', '--max-queued', '0');
    const request = { model: 'example', prompt: 'You', temperature: 1, max_tokens: 200, logit_bias: { 257: -100 } };
    const asked = Array.from({ length: 8 }, (_, seed) => client.completions.create({ ...request, seed }));
    const refusals: InstanceType<typeof OpenAI.APIError>[] = [];
    for (const answer of await Promise.allSettled(asked)) {
      refusals.push(...(answer.status === 'rejected' ? [answer.reason] : []));
    }
    expect(refusals.length).toBeGreaterThan(0);
    expect(refusals.length).toBeLessThan(8);
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ status: 503, code: 'queue_full' });
      expect(Number(refusal.headers?.get('retry-after'))).toBeGreaterThan(0);
    }
  });

  test('finishes on SIGTERM what it has accepted, and ends', async () => {
    const { client, process: program, ended, port } = await run();
    const stream = await client.completions.create({ ...GREEDY, max_tokens: 200, stream: true });
    const texts: string[] = [];
    let finish: string | null = null;
    for await (const chunk of stream) {
      if (texts.length === 0) {
        program.kill('SIGTERM');
      }
      texts.push(chunk.choices[0].text);
      finish = chunk.choices[0].finish_reason ?? finish;
    }
    expect(finish).toMatch(/^(length|stop)$/);
    expect(await ended).toBe(0);
    expect(await listens(port)).toBe(false);
  });

  test('leaves no port when it is killed in the middle', async () => {
    const { client, process: program, ended, port } = await run();
    const answer = streamed(client, { ...GREEDY, max_tokens: 200 }).catch((error: Error) => error);
    await sleep(20);
    program.kill('SIGKILL');
    expect(await ended).toBe('SIGKILL');
    await answer;
    expect(await listens(port)).toBe(false);
  });

  test('asks for the keys of its file', async () => {
    const file = scratch();
    writeFileSync(file, '\nright-key\nother-key\n');
    const { url, client, output } = await run('--api-keys-file', file);
    await expect(client.models.list()).rejects.toMatchObject({ status: 401 });
    const known = new OpenAI({ apiKey: 'other-key', baseURL: `${url}/v1`, maxRetries: 0 });
    expect((await known.completions.create(GREEDY)).choices[0].text).not.toBe('');
    writeFileSync(file, 'new-key\n');
    const renewed = new OpenAI({ apiKey: 'new-key', baseURL: `${url}/v1`, maxRetries: 0 });
    await vi.waitFor(() => renewed.models.list(), { timeout: 20_000, interval: 250 });
    await expect(known.models.list()).rejects.toMatchObject({ status: 401 });
    expect(output()).toContain('1 API keys read again');
    writeFileSync(file, '\n');
    await vi.waitFor(() => expect(output()).toContain('API keys as before'), { timeout: 20_000, interval: 250 });
    await renewed.models.list();
    expect(output()).not.toContain('-key');
    await expect(run('--api-keys-file', file)).rejects.toThrow(/needs at least one API key/);
  });

  test('serves a model whose chat template it cannot read, and says so once', async () => {
    const model = randomModelFile(models, 'unreadable', randomBpe(7, 20), { chatTemplate: '{% if messages %}' });
    const { client, output } = await start({ directory, model });
    const messages = [{ role: 'user' as const, content: 'Hi' }];
    const chat = () => client.chat.completions.create({ model: 'example', messages });
    await expect(chat()).rejects.toMatchObject({ status: 400, code: 'chat_template_unreadable' });
    await expect(chat()).rejects.toThrow(/chat template of the model example cannot be read: .*; use/);
    expect((await client.completions.create({ model: 'example', prompt: 'Hi' })).choices).toHaveLength(1);
    expect(output().match(/^graviton-server: the model takes no chats, .*$/gm)).toHaveLength(1);
  });

  test('says what is wrong with a model or an option, and ends', async () => {
    const file = scratch();
    writeFileSync(file, 'GGUF, but not really');
    await expect(start({ directory, model: file })).rejects.toThrow(/ended \(1\)[^]*graviton-server: .*: /);
    await expect(start({ directory, model: '/no/such.gguf' })).rejects.toThrow(/no such file/);
    await expect(run('--context-length', '257')).rejects.toThrow(/at most 256/);
    await expect(run('--cores', '3-1')).rejects.toThrow(/0-15,32/);
    await expect(run('--slots', '0')).rejects.toThrow(/from 1 to 1024/);
  });
});
