import { EventEmitter, once } from 'node:events';
import { connect, Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { drainOnSignal } from '../../server/drain-on-signal';
import { gate } from './support/gate';
import { useServer } from './support/use-server';

const COMPLETION = JSON.stringify({ model: 'scripted', prompt: 'Hi' });

function post(body: string, length = body.length): string {
  const head = ['POST /v1/completions HTTP/1.1', 'host: x', 'content-type: application/json'];
  return `${[...head, `content-length: ${length}`].join('\r\n')}\r\n\r\n${body}`;
}

async function open(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Everything that comes until the connection is closed. */
async function received(socket: Socket): Promise<string> {
  const parts: Buffer[] = [];
  socket.on('data', (part: Buffer) => parts.push(part));
  await once(socket, 'close');
  return Buffer.concat(parts).toString();
}

describe('a drain', () => {
  const start = useServer();

  test('is not held up by a client that never sends the rest of its request', async () => {
    const { server, url, errors } = await start({}, { drainSeconds: 0.2 });
    const sockets = await Promise.all([open(url), open(url)]);
    sockets[0].write(post(COMPLETION.slice(0, 10), COMPLETION.length));
    sockets[1].write('POST /v1/completions HTTP/1.1\r\nhost:');
    const closed = sockets.map((socket) => once(socket.resume(), 'close'));
    await delay(50);
    const started = performance.now();
    await server.drain();
    expect(performance.now() - started).toBeLessThan(8_000);
    await Promise.all(closed);
    expect(errors).toEqual([]);
  }, 15_000);

  test('serves what comes on a connection at work, and then ends the connection', async () => {
    const { opened, open: finish } = gate();
    const { server, url, engine } = await start({ script: () => ({ text: 'a', beforeToken: () => opened }) });
    const socket = await open(url);
    const all = received(socket);
    socket.write(post(COMPLETION));
    await vi.waitFor(() => expect(engine.requests).toHaveLength(1));
    const drained = server.drain();
    socket.write(post(COMPLETION));
    await delay(50);
    finish();
    await drained;
    const [, first, second] = (await all).split('HTTP/1.1 ');
    expect(first).toMatch(/^200 /);
    expect(second).toMatch(/^200 [^]*"text":"a"/);
    expect(second).toMatch(/^connection: close\r$/im);
    expect(engine.requests).toHaveLength(2);
  });

  test('serves a request that came while the process stood still', async () => {
    const { server, url, engine } = await start({ script: () => ({ text: 'a' }) }, { drainSeconds: 60 });
    const socket = await open(url);
    const all = received(socket);
    await delay(50);
    const drained = server.drain();
    await delay(700);
    // From here a turn of the loop ends: in the next one timers come before sockets.
    await nextTurn();
    socket.write(post(COMPLETION));
    // Beyond the time in which a connection must be used; the kernel has the request since long.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700);
    expect(await all).toMatch(/^HTTP\/1.1 200 /);
    await drained;
    expect(engine.requests).toHaveLength(1);
  });

  test('goes on when it is told a second time', async () => {
    const script = () => ({ text: 'ab', beforeToken: () => delay(100) });
    const { server, engine, post: ask } = await start({ script });
    const answer = ask('/v1/completions', COMPLETION);
    await vi.waitFor(() => expect(engine.requests).toHaveLength(1));
    const process = new EventEmitter();
    const drained = drainOnSignal(server, process as NodeJS.Process);
    // Without a listener the system would end the process.
    expect([process.emit('SIGTERM'), process.emit('SIGTERM')]).toEqual([true, true]);
    expect((await answer).status).toBe(200);
    await drained;
  });
});
