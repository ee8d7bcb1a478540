import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { useServer } from './support/use-server';

const COMPLETIONS = '/v1/completions';
const PROMPT = { model: 'scripted', prompt: 'Hi' };

describe('an engine', () => {
  const start = useServer();

  test('that hangs in a step is seen, and told of once', async () => {
    const onStall = vi.fn();
    const script = () => ({ text: 'a', beforeToken: () => delay(60_000, undefined, { ref: false }) });
    const { post, url, engine } = await start({ script }, { stallSeconds: 0.4, onStall });
    const answer = post(COMPLETIONS, PROMPT);
    await vi.waitFor(() => expect(engine.requests).toHaveLength(1));
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    await vi.waitFor(() => expect(onStall).toHaveBeenCalled(), { timeout: 5_000 });
    for (const place of ['live', 'ready']) {
      const health = await fetch(`${url}/health/${place}`);
      expect([health.status, await health.json()]).toEqual([503, { status: 'stalled' }]);
    }
    await delay(100);
    expect(onStall).toHaveBeenCalledTimes(1);
    void answer.catch(() => undefined);
  });

  test('that takes steps may take its time, and one without work need not', async () => {
    const onStall = vi.fn();
    const script = () => ({ text: 'abcdefghijklmnopqrst', beforeToken: () => delay(50) });
    const { post, url, engine } = await start({ script }, { stallSeconds: 0.4, onStall });
    const stepping = setInterval(() => (engine.steps += 1), 10);
    expect((await post(COMPLETIONS, PROMPT)).status).toBe(200);
    clearInterval(stepping);
    await delay(800);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect(onStall).not.toHaveBeenCalled();
  });
});
