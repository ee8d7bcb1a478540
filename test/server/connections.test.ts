import { once } from 'node:events';
import { createServer, Server } from 'node:http';
import { AddressInfo, Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Connections } from '../../server/connections';
import { allOf, rawConnection } from './support/raw-connection';

const GET = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n';
const HALF = 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nhalf';

describe('connections of a server that closes', () => {
  let server: Server;
  let connections: Connections;
  /** Requests that have begun. */
  let begun: number;

  beforeEach(async () => {
    begun = 0;
    server = createServer((request, response) => {
      begun += 1;
      request.resume().once('end', () => response.end('served'));
    });
    connections = new Connections(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    vi.useFakeTimers({ toFake: ['setTimeout'] });
  });

  afterEach(() => {
    vi.useRealTimers();
    server.closeAllConnections();
    server.close();
  });

  const made = (): Socket => rawConnection((server.address() as AddressInfo).port);

  /** A connection that the server has. */
  async function open(): Promise<{ socket: Socket; all: Promise<string> }> {
    const taken = once(server, 'connection');
    const socket = made();
    await taken;
    return { socket, all: allOf(socket) };
  }

  /** Lets time pass, and what is due then happen. */
  async function pass(milliseconds: number): Promise<void> {
    vi.advanceTimersByTime(milliseconds);
    for (let turn = 0; turn < 20; turn++) {
      await nextTurn();
    }
  }

  test('have a second for their request, also those that are made late', async () => {
    const early = await open();
    connections.closeWhenIdle();
    await pass(900);
    const late = await open();
    const never = await open();
    await pass(900);
    expect(await early.all).toBe('');
    late.socket.write(GET);
    expect(await late.all).toMatch(/^HTTP\/1.1 200 [^]*connection: close\r\n[^]*served/i);
    expect(never.socket.closed).toBe(false);
    await pass(200);
    expect(await never.all).toBe('');
  });

  test('have five seconds for what they began, also when that was late', async () => {
    const early = await open();
    early.socket.write(HALF);
    const late = await open();
    late.socket.write(HALF);
    const other = await open();
    other.socket.write(HALF);
    await vi.waitFor(() => expect(begun).toBe(3));
    connections.closeWhenIdle();
    await pass(4_000);
    // The rest of one request, and a part of the next.
    late.socket.write(`12345${HALF}`);
    other.socket.write('12345');
    await vi.waitFor(() => expect(begun).toBe(4));
    expect(await other.all).toContain('served');
    await pass(2_000);
    expect(await early.all).toBe('');
    await pass(2_000);
    expect(late.socket.closed).toBe(false);
    await pass(2_000);
    expect(await late.all).toContain('served');
  });

  test('that the kernel has made before the listening ends are served', async () => {
    // Node.js takes one of them in each turn of its loop.
    const sockets = Array.from({ length: 20 }, made);
    sockets.forEach((socket) => socket.write(GET));
    const answers = sockets.map(allOf);
    connections.closeWhenIdle();
    await connections.stopListening();
    expect(server.listening).toBe(false);
    expect((await Promise.all(answers)).filter((answer) => !answer.includes(' 200 '))).toEqual([]);
  });
});
