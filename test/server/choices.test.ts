import OpenAI from 'openai';
import { describe, expect, test, vi } from 'vitest';
import { GenerationRequest } from '../../server/engine/engine';
import { choiceSeed } from '../../server/requests/choices';
import { gate } from './support/gate';
import { Script } from './support/scripted-engine';
import { useServer } from './support/use-server';

const TEMPLATE = '{% for m in messages %}{{ m.content }}{% endfor %}';
const PROMPT = { model: 'scripted', prompt: 'Hi', max_tokens: 100 };
const CHAT = { model: 'scripted', messages: [{ role: 'user' as const, content: 'Hi' }] };
const COMPLETIONS = '/v1/completions';

/** Answers by the seed alone, so that it can be seen which choice has which. */
function bySeed(script: (index: number) => Script): (request: GenerationRequest) => Script {
  const seeds = [0, 1, 2, 3].map((index) => choiceSeed(7, index));
  return ({ sampling }) => script(seeds.indexOf(sampling.seed));
}

/** What comes of each choice of a stream. */
async function read(stream: AsyncIterable<OpenAI.Completion>): Promise<{ texts: string[]; finishes: string[] }> {
  const texts: string[] = [];
  const finishes: string[] = [];
  for await (const { choices } of stream) {
    for (const { index, text, finish_reason: finish } of choices) {
      texts[index] = (texts[index] ?? '') + text;
      if (finish !== null) {
        finishes[index] = (finishes[index] ?? '') + finish;
      }
    }
  }
  return { texts, finishes };
}

describe('several choices', () => {
  const start = useServer();

  test('come whole, each by its own seed, and the prompt counts once', async () => {
    const { client, engine, metric } = await start({
      slots: 4,
      script: bySeed((index) => ({ text: 'x'.repeat(index + 1) })),
    });
    const answer = await client.completions.create({ ...PROMPT, n: 3, seed: 7 });
    expect(answer.choices).toMatchObject(
      ['x', 'xx', 'xxx'].map((text, index) => ({ index, text, finish_reason: 'stop', logprobs: null })),
    );
    expect(answer.usage).toEqual({ prompt_tokens: 3, completion_tokens: 6, total_tokens: 9 });
    expect(engine.requests.map(({ prompt }) => prompt)).toEqual(Array(3).fill([256, 72, 105]));
    expect(await metric('graviton_request_seconds_count')).toBe(1);
    expect(await metric('graviton_time_to_first_token_seconds_count')).toBe(3);
    expect(await metric('graviton_generated_tokens_total')).toBe(6);
  });

  test('have the same seeds again, and the first one what it has alone', async () => {
    const { client, engine } = await start({ slots: 3 });
    await client.completions.create({ ...PROMPT, n: 3, seed: 7 });
    await client.completions.create({ ...PROMPT, n: 2, seed: 7 });
    await client.completions.create({ ...PROMPT, seed: 7 });
    const [first, second, third, ...others] = engine.requests.map(({ sampling }) => sampling.seed);
    expect(first).toBe(7);
    expect(new Set([first, second, third]).size).toBe(3);
    expect(others).toEqual([first, second, first]);
    await client.completions.create({ ...PROMPT, n: 2 });
    const drawn = engine.requests.slice(6).map(({ sampling }) => sampling.seed);
    expect(drawn[1]).toBe(choiceSeed(drawn[0], 1));
  });

  test('of neighbouring seeds are no neighbours', () => {
    const seeds = Array.from({ length: 400 }, (_, place) => choiceSeed(Math.floor(place / 4) - 50, place % 4));
    expect(new Set(seeds).size).toBe(400);
    expect(seeds.every((seed) => Number.isSafeInteger(seed))).toBe(true);
  });

  test('are streamed as they come, each with its index and one end', async () => {
    const texts = ['Grüße', 'x', 'two words'];
    const { client, url } = await start({
      slots: 3,
      chatTemplate: TEMPLATE,
      script: bySeed((index) => ({ text: texts[index] })),
    });
    const asked = { n: 3, seed: 7, stream: true, stream_options: { include_usage: true } } as const;
    expect(await read(await client.completions.create({ ...PROMPT, ...asked }))).toEqual({
      texts,
      finishes: ['stop', 'stop', 'stop'],
    });
    const runner = client.chat.completions.stream({ ...CHAT, ...asked });
    const { choices, usage } = await runner.finalChatCompletion();
    expect(choices).toMatchObject(texts.map((content, index) => ({ index, message: { role: 'assistant', content } })));
    expect(usage).toEqual({ prompt_tokens: 2, completion_tokens: 17, total_tokens: 19 });
    const body = JSON.stringify({ ...PROMPT, ...asked });
    const headers = { 'content-type': 'application/json' };
    const raw = await (await fetch(url + COMPLETIONS, { method: 'POST', body, headers })).text();
    const indexes = [...raw.matchAll(/"index":(\d)/g)].map(([, index]) => index).join('');
    // None waits until another one is whole.
    expect(indexes).toMatch(/0.*2.*0/);
    expect(raw).toMatch(
      /"choices":\[\],"usage":\{"prompt_tokens":3,"completion_tokens":17,[^\n]*\n\ndata: \[DONE\]\n\n$/,
    );
  });

  test('take a slot each: all have a place, or none', async () => {
    const { opened, open } = gate();
    const script = () => ({ text: 'x', beforeToken: () => opened });
    const { engine, post, metric } = await start({ slots: 3, script }, { maxQueued: 1 });
    const first = post(COMPLETIONS, { ...PROMPT, n: 2 });
    await vi.waitFor(() => expect(engine.requests).toHaveLength(2));
    // One slot and one place in the queue are left.
    const refused = await post(COMPLETIONS, { ...PROMPT, n: 3 });
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ error: { code: 'queue_full' } });
    expect(await metric('graviton_requests_in_flight')).toBe(2);
    expect(await metric('graviton_requests_queued')).toBe(0);
    const second = post(COMPLETIONS, { ...PROMPT, n: 2 });
    await vi.waitFor(async () => expect(await metric('graviton_requests_queued')).toBe(1));
    expect(await metric('graviton_requests_in_flight')).toBe(3);
    open();
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
    expect(engine.mostWorking).toBe(3);
    expect(engine.requests).toHaveLength(4);
  });

  test('stream while one of them waits for its slot', async () => {
    const { opened, open } = gate();
    const script = ({ prompt }: GenerationRequest) => ({
      text: 'ab',
      ...(prompt.length === 1 ? { beforeToken: () => opened } : {}),
    });
    const { client, post, engine } = await start({ slots: 2, script });
    const holding = post(COMPLETIONS, { ...PROMPT, prompt: [1] });
    await vi.waitFor(() => expect(engine.working).toBe(1));
    const stream = await client.completions.create({ ...PROMPT, n: 2, stream: true });
    const seen: (number | string)[] = [];
    for await (const { choices } of stream) {
      seen.push(choices[0].index);
    }
    // The second one took the slot of the first, while the other request held its own.
    expect(seen).toEqual([0, 0, 0, 1, 1, 1]);
    open();
    expect((await holding).status).toBe(200);
  });

  test.each([true, false])('end together when one fails: stream %s', async (stream) => {
    const error = new Error('no');
    const { opened, open } = gate();
    const { post, engine, errors, metric } = await start({
      slots: 2,
      script: bySeed((index) => (index === 1 ? { text: '', error } : { text: 'abc', beforeToken: () => opened })),
    });
    const answer = await post(COMPLETIONS, { ...PROMPT, n: 2, seed: 7, stream });
    const text = await answer.text();
    expect(text).toContain('internal_error');
    expect(text).not.toContain('[DONE]');
    expect(errors).toEqual([error]);
    expect(engine.requests).toHaveLength(2);
    open();
    await vi.waitFor(() => expect(engine.cancelled).toBe(1));
    expect(await metric('graviton_requests_queued')).toBe(0);
  });

  test('are let go with their client, at work or waiting', async () => {
    const { opened, open } = gate();
    const script = () => ({ text: 'ab', beforeToken: () => opened });
    const { post, engine, metric, errors } = await start({ slots: 2, script });
    const leaving = new AbortController();
    const answers = [1, 2].map(() => post(COMPLETIONS, { ...PROMPT, n: 2 }, { signal: leaving.signal }));
    await vi.waitFor(async () => expect(await metric('graviton_requests_queued')).toBe(2));
    leaving.abort();
    await Promise.all(answers.map((answer) => expect(answer).rejects.toThrow()));
    await vi.waitFor(async () => expect(await metric('graviton_requests_queued')).toBe(0));
    open();
    await vi.waitFor(() => expect(engine.cancelled).toBe(2));
    expect(engine.requests).toHaveLength(2);
    expect(errors).toEqual([]);
  });

  test('may be many without a warning of Node.js', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    const { client } = await start({ slots: 16 });
    const { choices } = await client.completions.create({ ...PROMPT, n: 16 });
    // Node.js warns in a later turn.
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', note);
    expect(choices.map(({ index }) => index)).toEqual(Array.from({ length: 16 }, (_, index) => index));
    expect(warnings).toEqual([]);
  });

  test('are refused where there are fewer slots, and so is the best of several', async () => {
    const { post, engine } = await start({ slots: 2 });
    const refusal = async (fields: object): Promise<unknown> => {
      const answer = await post(COMPLETIONS, { ...PROMPT, ...fields });
      return [answer.status, ((await answer.json()) as { error: { param: string; message: string } }).error];
    };
    const message = 'n is 3; allowed are 1 to 2, for each choice takes a slot.';
    expect(await refusal({ n: 3 })).toMatchObject([400, { param: 'n', message }]);
    expect(await refusal({ n: 0 })).toMatchObject([400, { param: 'n' }]);
    expect(await refusal({ n: 129 })).toMatchObject([400, { param: 'n' }]);
    expect(await refusal({ best_of: 2 })).toMatchObject([400, { param: 'best_of' }]);
    expect(engine.requests).toEqual([]);
    expect((await post(COMPLETIONS, { ...PROMPT, n: null })).status).toBe(200);
  });
});
