import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { gate } from './support/gate';
import { useServer } from './support/use-server';

const COMPLETIONS = '/v1/completions';
const PROMPT = { model: 'scripted', prompt: 'Hi' };
const PLACES: [string, object][] = [
  [COMPLETIONS, PROMPT],
  ['/v1/chat/completions', { model: 'scripted', messages: [{ role: 'user', content: 'x'.repeat(2000) }] }],
  ['/v1/embeddings', { model: 'scripted', input: 'Hi' }],
];

describe('while a prompt is encoded', () => {
  const start = useServer();

  /** A server whose encoding waits until it is let go, and counts what it was asked for. */
  async function slow(slots: number, maxQueued: number) {
    const { opened, open: letGo } = gate();
    let asked = 0;
    const beforeEncoding = (): Promise<void> => {
      asked += 1;
      return opened;
    };
    const chatTemplate = '{{ messages[0].content }}';
    const server = await start({ slots, beforeEncoding, chatTemplate, contextLength: 5000 }, { maxQueued });
    return { ...server, letGo, asked: () => asked };
  }

  test.each(PLACES)('%s has its place in the queue, and who finds none is refused before', async (path, body) => {
    const { post, asked, letGo, metric } = await slow(1, 1);
    const accepted = [post(path, body), post(path, body)];
    await vi.waitFor(() => expect(asked()).toBe(2));
    expect((await post(path, body)).status).toBe(503);
    expect(asked()).toBe(2);
    letGo();
    expect((await Promise.all(accepted)).map(({ status }) => status)).toEqual([200, 200]);
    expect(await metric('graviton_requests_in_flight')).toBe(0);
  });

  test.each(PLACES)('a client of %s that goes away leaves its place', async (path, body) => {
    const { post, asked, letGo, metric, engine, errors } = await slow(1, 1);
    const leaving = new AbortController();
    const gone = [1, 2].map(() => post(path, body, { signal: leaving.signal }));
    await vi.waitFor(() => expect(asked()).toBe(2));
    leaving.abort();
    await Promise.all(gone.map((each) => expect(each).rejects.toThrow()));
    await vi.waitFor(async () => expect(await metric('graviton_requests_queued')).toBe(0));
    letGo();
    await vi.waitFor(async () => expect(await metric('graviton_requests_in_flight')).toBe(0));
    await delay(20);
    expect(engine.requests).toHaveLength(0);
    expect(errors).toEqual([]);
    expect((await post(COMPLETIONS, PROMPT)).status).toBe(200);
  });

  test('its time is a part of the time to the first token', async () => {
    const { post, metric } = await start({ beforeEncoding: () => delay(300) });
    await post(COMPLETIONS, PROMPT);
    expect(await metric('graviton_time_to_first_token_seconds_sum')).toBeGreaterThan(0.29);
  });
});

describe('a prompt that is refused', () => {
  const start = useServer();

  test.each([
    [COMPLETIONS, { ...PROMPT, prompt: 'x'.repeat(2000) }],
    [COMPLETIONS, { ...PROMPT, prompt: [999] }],
    [COMPLETIONS, { ...PROMPT, logit_bias: { 999: 1 } }],
    ['/v1/chat/completions', { model: 'scripted', messages: [{ role: 'user', content: 'x' }] }],
    ['/v1/embeddings', { model: 'scripted', input: 'x'.repeat(2000) }],
  ])('keeps no slot: %s %j', async (path, body) => {
    const { post, metric } = await start({ slots: 1 });
    expect((await post(path, body)).status).toBe(400);
    expect(await metric('graviton_requests_in_flight')).toBe(0);
    expect((await post(COMPLETIONS, PROMPT)).status).toBe(200);
  });
});
