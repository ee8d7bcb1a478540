import dns from 'node:dns';
import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { drainOnSignal } from '../../server/drain-on-signal';
import { gate } from './support/gate';
import { allOf, completionHead, completionRequest, openConnection } from './support/raw-connection';
import { useServer } from './support/use-server';

type Found = (error: null, addresses: readonly object[]) => void;

const COMPLETION = JSON.stringify({ model: 'scripted', prompt: 'Hi' });

describe('a drain', () => {
  const start = useServer();

  test('is not held up by a client that never sends the rest of its request', async () => {
    const { server, url, errors } = await start({}, { drainSeconds: 0.2 });
    const sockets = await Promise.all([openConnection(url), openConnection(url)]);
    sockets[0].write(completionHead(COMPLETION.length) + COMPLETION.slice(0, 10));
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
    const socket = await openConnection(url);
    const all = allOf(socket);
    socket.write(completionRequest(COMPLETION));
    await vi.waitFor(() => expect(engine.requests).toHaveLength(1));
    const drained = server.drain();
    socket.write(completionRequest(COMPLETION));
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
    const socket = await openConnection(url);
    const all = allOf(socket);
    await delay(50);
    const drained = server.drain();
    await delay(700);
    // From here a turn of the loop ends: in the next one timers come before sockets.
    await nextTurn();
    socket.write(completionRequest(COMPLETION));
    // Beyond the time in which a connection must be used; the kernel has the request since long.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700);
    expect(await all).toMatch(/^HTTP\/1.1 200 /);
    await drained;
    expect(engine.requests).toHaveLength(1);
  });

  test('knows all connections: by a name, too, the server listens on one address', async () => {
    const addresses = ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }));
    const { lookup } = dns;
    vi.spyOn(dns, 'lookup').mockImplementation(((name: string, options: object, found: Found) =>
      name === 'localhost' && found ? found(null, addresses) : lookup(name, options, found as never)) as never);
    const { url } = await start({}, { host: 'localhost' }).finally(() => vi.restoreAllMocks());
    expect(url).toMatch(/^http:\/\/127.0.0.1:/);
    const other = connect(Number(new URL(url).port), '127.0.0.2');
    await expect(once(other, 'connect')).rejects.toThrow(/ECONNREFUSED/);
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
