import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { useServer } from './support/use-server';

const COMPLETIONS = '/v1/completions';
const STREAM = { model: 'scripted', prompt: 'Hi', stream: true };

describe('a stream', () => {
  const start = useServer();

  test('says that it is alive while it waits, and while the engine is silent', async () => {
    const script = () => ({ text: 'ab', beforeToken: () => delay(400) });
    const { client, post, engine } = await start({ slots: 1, script }, { keepAliveSeconds: 0.1 });
    const first = post(COMPLETIONS, STREAM);
    await vi.waitFor(() => expect(engine.requests).toHaveLength(1));
    const waiting = await post(COMPLETIONS, STREAM);
    // It has begun before the engine was asked.
    expect(engine.requests).toHaveLength(1);
    expect(waiting.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const [, second] = await Promise.all([(await first).text(), waiting.text()]);
    const [beforeFirstToken, betweenTokens] = second.split(/data: .*"text":"[ab]".*\n\n/);
    for (const silence of [beforeFirstToken, betweenTokens]) {
      expect(silence).toMatch(/^(: at work\n\n)+$/);
    }
    expect(second).toMatch(/data: \[DONE\]\n\n$/);
    const texts: string[] = [];
    for await (const chunk of await client.completions.create({ model: 'scripted', prompt: 'Hi', stream: true })) {
      texts.push(chunk.choices[0].text);
    }
    expect(texts.join('')).toBe('ab');
  });

  test('that waited ends with the reason when its time is over, and leaves the queue', async () => {
    const script = () => ({ text: 'ab', beforeToken: () => delay(60_000, undefined, { ref: false }) });
    const options = { keepAliveSeconds: 0.05, requestSeconds: 0.4 };
    const { client, post, engine, metric } = await start({ slots: 1, script }, options);
    const first = post(COMPLETIONS, STREAM);
    await vi.waitFor(() => expect(engine.requests).toHaveLength(1));
    const stream = await client.completions.create({ model: 'scripted', prompt: 'Hi', stream: true });
    const read = async () => {
      for await (const chunk of stream) {
        expect.fail(`it gives ${JSON.stringify(chunk)}`);
      }
    };
    await expect(read()).rejects.toMatchObject({ code: 'request_timeout' });
    await first;
    expect(await metric('graviton_requests_queued')).toBe(0);
    expect(engine.requests).toHaveLength(1);
  });

  test('that waited is let go when its client goes away', async () => {
    const script = () => ({ text: 'ab', beforeToken: () => delay(60_000, undefined, { ref: false }) });
    const { post, engine, metric, errors } = await start({ slots: 1, script }, { keepAliveSeconds: 0.05 });
    const leaving = new AbortController();
    const streams = [1, 2].map(() => post(COMPLETIONS, STREAM, { signal: leaving.signal }));
    await Promise.all(streams);
    expect(await metric('graviton_requests_queued')).toBe(1);
    leaving.abort();
    await vi.waitFor(async () => expect(await metric('graviton_requests_queued')).toBe(0));
    expect(engine.requests).toHaveLength(1);
    expect(errors).toEqual([]);
  });

  test('that fails soon has the status that says so', async () => {
    const script = () => {
      throw new Error('no');
    };
    const { post } = await start({ script });
    expect((await post(COMPLETIONS, STREAM)).status).toBe(500);
  });
});
