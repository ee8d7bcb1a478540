import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { drainOnSignal } from '../../server/drain-on-signal';
import { gate } from './support/gate';
import { allOf, completionHead, completionRequest, openConnection, rawConnection } from './support/raw-connection';
import { useServer } from './support/use-server';

const PROMPT = { model: 'scripted', prompt: 'Hi' };
const COMPLETIONS = '/v1/completions';

/** Tokens of an answer whose events, 13 MB by a long name in each, no socket's buffers hold. */
const ANSWER = 35_000;
const LONG_NAME = 'scripted'.repeat(32);

function events(text: string): string[] {
  return text
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => event.replace(/^data: /, ''));
}

describe('the queue', () => {
  const start = useServer();

  test('has an end, beyond which 503 says when to come again', async () => {
    const { opened, open } = gate();
    const script = () => ({ text: 'x', beforeToken: () => opened });
    const { engine, post, metric } = await start({ slots: 2, script }, { maxQueued: 3 });
    const accepted = Array.from({ length: 5 }, () => post(COMPLETIONS, PROMPT));
    await vi.waitFor(async () => expect(await metric('graviton_requests_queued')).toBe(3));
    expect(await metric('graviton_requests_in_flight')).toBe(2);
    const refused = await post(COMPLETIONS, PROMPT);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await refused.json()).toMatchObject({ error: { code: 'queue_full', type: 'server_error' } });
    open();
    expect((await Promise.all(accepted)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(engine.mostWorking).toBe(2);
  });

  test('lets go of requests whose clients went away, waiting or at work', async () => {
    const { opened, open } = gate();
    const script = () => ({ text: 'xy', beforeToken: (index: number) => (index === 1 ? opened : delay(1)) });
    const { engine, post, metric } = await start({ slots: 1, script });
    const leaving = new AbortController();
    const gone = Array.from({ length: 3 }, (_, index) =>
      post(COMPLETIONS, { ...PROMPT, stream: index === 0 }, { signal: leaving.signal }).then((response) =>
        response.text(),
      ),
    );
    await vi.waitFor(async () => expect(await metric('graviton_requests_queued')).toBe(2));
    const stays = post(COMPLETIONS, PROMPT);
    await vi.waitFor(async () => expect(await metric('graviton_requests_queued')).toBe(3));
    leaving.abort();
    await Promise.all(gone.map((each) => expect(each).rejects.toThrow()));
    await vi.waitFor(async () => expect(await metric('graviton_requests_queued')).toBe(1));
    open();
    expect((await stays).status).toBe(200);
    expect(engine.requests).toHaveLength(2);
    expect(engine.cancelled).toBe(1);
    await vi.waitFor(async () =>
      expect(await metric('graviton_requests_total{route="/v1/completions",status="499"}')).toBe(3),
    );
  });

  test('serves many at once, each with its own answer, and none is lost', async () => {
    const script = ({ prompt }: { prompt: readonly number[] }) => ({ text: `<${prompt.slice(1).join('.')}>` });
    const { engine, post, metric } = await start({ slots: 4, script }, { maxQueued: 200 });
    const prompts = Array.from({ length: 200 }, (_, index) => `${index}`);
    const answers = await Promise.all(
      prompts.map(async (prompt, index) => {
        const response = await post(COMPLETIONS, { ...PROMPT, prompt, stream: index % 2 === 1 });
        return { status: response.status, text: await response.text() };
      }),
    );
    for (const [index, { status, text }] of answers.entries()) {
      expect(status).toBe(200);
      const chunks = index % 2 === 1 ? events(text).slice(0, -1) : [text];
      const whole = chunks.map((chunk) => (JSON.parse(chunk) as { choices: { text: string }[] }).choices[0].text);
      expect(whole.join('')).toBe(`<${[...Buffer.from(prompts[index])].join('.')}>`);
    }
    expect(engine.mostWorking).toBe(4);
    expect(engine.working).toBe(0);
    expect(await metric('graviton_generated_tokens_total')).toBe(
      answers.length * 2 + prompts.join('').length * 2 + prompts.reduce((sum, { length }) => sum + length - 1, 0),
    );
  });
});

describe('streams', () => {
  const start = useServer();

  test('a reader that stands still fills no memory, and holds no slot', async () => {
    const text = 'x'.repeat(ANSWER);
    const { engine, url, metric } = await start(
      { id: LONG_NAME, slots: 1, contextLength: 2 * ANSWER, script: () => ({ text }) },
      { requestSeconds: 8 },
    );
    const socket = await openConnection(url);
    socket.pause();
    const body = JSON.stringify({ ...PROMPT, model: LONG_NAME, stream: true, max_tokens: ANSWER });
    socket.write(completionRequest(body));
    await vi.waitFor(() => expect(engine.requests).toHaveLength(1));
    await vi.waitFor(async () => expect(await metric('graviton_requests_in_flight')).toBe(0), { timeout: 8000 });
    expect(await metric('graviton_generated_tokens_total')).toBe(ANSWER);
    // The server stands still where its client does: the tokens wait in the engine.
    expect(engine.unread).toBeGreaterThan(ANSWER / 2);
    // Its time over, it gets two seconds to read why, and is cut off.
    await delay(11_000);
    const closed = new Promise((resolve) => socket.on('error', () => undefined).on('close', resolve));
    socket.resume();
    await closed;
    expect(engine.unread).toBeGreaterThan(ANSWER / 2);
  }, 40_000);

  test('time is up for those who read on, too, with words', async () => {
    const script = () => ({ text: 'xyz', beforeToken: (index: number) => delay(index === 2 ? 5_000 : 1) });
    const { post, engine } = await start({ script }, { requestSeconds: 0.2 });
    const whole = await post(COMPLETIONS, PROMPT);
    expect(whole.status).toBe(504);
    expect(await whole.json()).toMatchObject({ error: { code: 'request_timeout' } });
    const streamed = events(await (await post(COMPLETIONS, { ...PROMPT, stream: true })).text());
    expect(streamed.at(-1)).toContain('request_timeout');
    expect(streamed).not.toContain('[DONE]');
    expect(engine.requests).toHaveLength(2);
  });

  test('an engine that fails is said to have failed, and no more', async () => {
    const error = new Error('secret of the engine');
    const { post, errors } = await start({ script: () => ({ text: 'ab', error }) });
    const whole = await post(COMPLETIONS, PROMPT);
    expect(whole.status).toBe(500);
    expect(await whole.text()).not.toContain('secret');
    const streamed = await (await post(COMPLETIONS, { ...PROMPT, stream: true })).text();
    expect(events(streamed).at(-1)).toContain('internal_error');
    expect(streamed).not.toContain('secret');
    expect(errors).toEqual([error, error]);
  });

  test('an engine that refuses a request keeps no slot', async () => {
    const { post, metric, errors } = await start({
      slots: 1,
      script: () => {
        throw new Error('no');
      },
    });
    expect((await post(COMPLETIONS, PROMPT)).status).toBe(500);
    expect((await post(COMPLETIONS, { ...PROMPT, stream: true })).status).toBe(500);
    expect(errors).toHaveLength(2);
    expect(await metric('graviton_requests_in_flight')).toBe(0);
  });
});

describe('health and draining', () => {
  const start = useServer();

  test('what was accepted is finished, and nothing more is taken', async () => {
    const { opened, open } = gate();
    const script = () => ({ text: 'ab', beforeToken: (index: number) => (index === 1 ? opened : delay(1)) });
    const { server, url, post, engine } = await start({ slots: 1, script }, { drainSeconds: 30 });
    const streamed = await post(COMPLETIONS, { ...PROMPT, stream: true });
    const queued = post(COMPLETIONS, PROMPT);
    await vi.waitFor(() => expect(engine.requests).toHaveLength(1));
    await delay(50);
    const process = new EventEmitter();
    const drained = drainOnSignal(server, process as NodeJS.Process);
    process.emit('SIGTERM');
    await delay(50);
    await expect(fetch(`${url}/health/ready`)).rejects.toThrow();
    open();
    expect(events(await streamed.text()).at(-1)).toBe('[DONE]');
    expect(await (await queued).json()).toMatchObject({ choices: [{ text: 'ab' }] });
    const started = performance.now();
    await drained;
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  test('what is not finished in time is ended with an error', async () => {
    const script = () => ({ text: 'ab', beforeToken: () => delay(60_000, undefined, { ref: false }) });
    const { server, post, engine } = await start({ slots: 1, script }, { drainSeconds: 0.2 });
    const answers = [post(COMPLETIONS, PROMPT), post(COMPLETIONS, PROMPT)];
    await vi.waitFor(() => expect(engine.requests).toHaveLength(1));
    await delay(50);
    await server.drain();
    for (const answer of await Promise.all(answers)) {
      expect(answer.status).toBe(503);
      expect(await answer.json()).toMatchObject({ error: { code: 'shutting_down' } });
    }
  });

  test('a request that is on its way when the server drains is answered', async () => {
    const { server, url } = await start({}, { drainSeconds: 30 });
    const sockets = await Promise.all(Array.from({ length: 30 }, () => openConnection(url)));
    const drained = server.drain();
    await delay(100);
    sockets.forEach((socket) => socket.write(completionRequest(JSON.stringify(PROMPT))));
    const answers = await Promise.all(sockets.map(async (socket) => String((await once(socket, 'data'))[0])));
    expect(answers.filter((answer) => !answer.startsWith('HTTP/1.1 200 '))).toEqual([]);
    await drained;
  });

  test('connections that are idle, or are not used, are closed', async () => {
    const { opened, open } = gate();
    const script = () => ({ text: 'a', beforeToken: () => opened });
    const { server, url, post, engine } = await start({ script }, { drainSeconds: 30 });
    const working = post(COMPLETIONS, PROMPT);
    const unused = await openConnection(url);
    const used = await openConnection(url);
    used.write('GET /health/ready HTTP/1.1\r\nhost: x\r\n\r\n');
    expect(String((await once(used, 'data'))[0])).toContain('HTTP/1.1 200');
    await vi.waitFor(() => expect(engine.requests).toHaveLength(1));
    const drained = server.drain();
    await Promise.all([once(used.resume(), 'close'), once(unused.resume(), 'close')]);
    open();
    expect((await working).status).toBe(200);
    await drained;
  });
});

/** Sends bytes, and takes all that comes until the connection is closed. */
async function sendBytes(url: string, ...bytes: readonly (string | Buffer)[]): Promise<string> {
  const socket = rawConnection(Number(new URL(url).port));
  const all = allOf(socket);
  bytes.forEach((each) => socket.write(each));
  return all;
}

describe('hostile requests', () => {
  const start = useServer();

  test('half a body does not hold up the end of the server', async () => {
    const { server, url, metric } = await start({}, { drainSeconds: 600 });
    const answer = sendBytes(url, `${completionHead(100)}{"model"`);
    await delay(100);
    expect(await metric('graviton_requests_in_flight')).toBe(0);
    await server.drain();
    await answer;
  }, 20_000);

  test('who sends too much is told so, though it goes on sending', async () => {
    const { url } = await start();
    const bytes = 24 * 2 ** 20;
    const answer = await sendBytes(url, completionHead(bytes, 'connection: close'), Buffer.alloc(bytes, 'x'));
    expect(answer).toMatch(/^HTTP\/1.1 413 [^]*"type":"invalid_request_error"/);
  });

  test.each([
    ['bytes of another protocol', '\x16\x03\x01\x02\x00\x01\x00', 400],
    ['two lengths of a body', `${completionHead(2, 'content-length: 3')}{}`, 400],
    ['a length beside chunks', `${completionHead(2, 'transfer-encoding: chunked')}{}`, 400],
    ['headers without end', `GET / HTTP/1.1\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
    ['a path that is no text', 'GET /v1/models/%ff HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 400],
  ])('%s is refused in the words of the API', async (_, bytes, status) => {
    const { url, errors } = await start();
    const answer = await sendBytes(url, bytes);
    expect(answer.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({
      error: { type: 'invalid_request_error', message: expect.stringMatching(/^.{10,}$/) },
    });
    expect(errors).toEqual([]);
  });

  test.each([
    ['no JSON', '{"model"', 400],
    ['no object', '[]', 400],
    ['null', 'null', 400],
    ['nothing', '', 400],
    ['a poisoned prototype', '{"__proto__": {"model": "scripted"}, "prompt": "x"}', 400],
    ['an empty prompt', '{"model": "scripted", "prompt": ""}', 400],
    ['a prompt of nulls', '{"model": "scripted", "prompt": [null]}', 400],
    ['a negative token', '{"model": "scripted", "prompt": [-1]}', 400],
    ['a number that overflows', '{"model": "scripted", "prompt": "x", "temperature": 1e999}', 400],
    ['a fraction of a token', '{"model": "scripted", "prompt": "x", "max_tokens": 1.5}', 400],
    ['a text for a number', '{"model": "scripted", "prompt": "x", "max_tokens": "5"}', 400],
    ['too many stop strings', JSON.stringify({ ...PROMPT, stop: Array(17).fill('x') }), 400],
    ['an empty stop string', JSON.stringify({ ...PROMPT, stop: '' }), 400],
    ['a bias of a word', JSON.stringify({ ...PROMPT, logit_bias: { word: 1 } }), 400],
    ['a body that is too large', JSON.stringify({ ...PROMPT, prompt: 'x'.repeat(70_000) }), 413],
    ['nesting without end', `{"model": ${'['.repeat(30_000)}`, 400],
  ])('%s is refused', async (_, body, status) => {
    const { post, errors, engine } = await start({}, { maxBodyBytes: 65_536 });
    const response = await post(COMPLETIONS, body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
    expect(errors).toEqual([]);
    expect(engine.requests).toEqual([]);
  });

  test('any JSON is answered, and never by a failure', async () => {
    const { post, errors } = await start({ chatTemplate: '{% for m in messages %}{{ m.content }}{% endfor %}' });
    const name = fc.constantFrom(
      'model',
      'prompt',
      'messages',
      'input',
      'stop',
      'n',
      'stream',
      'seed',
      'logit_bias',
      'user',
    );
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom('scripted', 'x', 1, true, null, [1, 2], ['x']),
    );
    const bodies = fc.sample(fc.dictionary(name, value, { maxKeys: 6 }), { numRuns: 150, seed: 3 });
    const messages = [{ role: 'user', content: 'x' }];
    const places: [string, object][] = [
      [COMPLETIONS, PROMPT],
      ['/v1/chat/completions', { model: 'scripted', messages }],
      ['/v1/embeddings', { model: 'scripted', input: 'x' }],
    ];
    const statuses: number[] = [];
    for (const [index, body] of bodies.entries()) {
      const [path, needed] = places[index % 3];
      const response = await post(path, index % 2 === 0 ? body : { ...body, ...needed });
      await response.text();
      statuses.push(response.status);
    }
    expect(statuses.filter((status) => ![200, 400, 404].includes(status))).toEqual([]);
    expect(new Set(statuses)).toContain(200);
    expect(errors).toEqual([]);
  });

  test('other types of bodies, methods and places are refused', async () => {
    const { post, url, errors } = await start();
    expect((await post(COMPLETIONS, '{}', { headers: { 'content-type': 'text/xml' } })).status).toBe(415);
    expect((await fetch(url + COMPLETIONS)).status).toBe(404);
    expect(await (await fetch(`${url}/v2/../etc/passwd?key=secret`)).json()).toMatchObject({
      error: { message: 'There is no GET /etc/passwd.' },
    });
    expect(errors).toEqual([]);
  });
});
