import { once } from 'node:events';
import { connect, Socket } from 'node:net';

/** A connection without a client of HTTP; that it is reset is no error. */
export function rawConnection(port: number): Socket {
  return connect(port, '127.0.0.1').on('error', () => undefined);
}

export async function openConnection(url: string): Promise<Socket> {
  const socket = rawConnection(Number(new URL(url).port));
  await once(socket, 'connect');
  return socket;
}

/** Everything that comes until the connection is closed. */
export async function allOf(socket: Socket): Promise<string> {
  const parts: Buffer[] = [];
  socket.on('data', (part: Buffer) => parts.push(part));
  await once(socket, 'close');
  return Buffer.concat(parts).toString();
}

/** The head of a request for a completion, whose body has so many bytes. */
export function completionHead(length: number, ...headers: readonly string[]): string {
  const lines = ['POST /v1/completions HTTP/1.1', 'host: x', 'content-type: application/json', ...headers];
  return `${[...lines, `content-length: ${length}`].join('\r\n')}\r\n\r\n`;
}

export function completionRequest(body: string): string {
  return completionHead(Buffer.byteLength(body)) + body;
}
