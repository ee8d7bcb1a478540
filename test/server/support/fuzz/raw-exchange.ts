import { connect } from 'node:net';
import { HttpAnswer } from './judge-answer';

/** Milliseconds that a client waits for an answer, then ends its side; and until the server must have ended its own. */
const PATIENCE = 400;
const LIMIT = 30_000;

/**
 * Sends bytes, waits until nothing more comes, closes its side and reads to the end.
 *
 * @throws Error when the server keeps the connection open, or sends what is no HTTP
 */
export async function rawExchange(port: number, bytes: Buffer): Promise<HttpAnswer[]> {
  const received: Buffer[] = [];
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const limit = setTimeout(() => reject(new Error('the server keeps the connection open')), LIMIT);
    let quiet = setTimeout(() => socket.end(), PATIENCE);
    socket.on('data', (chunk) => {
      received.push(chunk);
      clearTimeout(quiet);
      quiet = setTimeout(() => socket.end(), PATIENCE);
    });
    socket.on('end', () => socket.end()).on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(limit);
      clearTimeout(quiet);
      resolve();
    });
    socket.write(bytes);
  });
  return answersIn(Buffer.concat(received).toString('latin1'));
}

/** The answers in what came; the last one may be cut off, as its connection was. */
function answersIn(text: string): HttpAnswer[] {
  const answers: HttpAnswer[] = [];
  for (let rest = text; rest !== '';) {
    const end = rest.indexOf('\r\n\r\n');
    const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(rest) ?? [];
    if (status === undefined || end < 0) {
      throw new Error(`no HTTP: ${rest.slice(0, 200)}`);
    }
    const head = rest.slice(0, end).toLowerCase();
    // Of the answer to HEAD, and of 100, there is no body, whatever it says of its length.
    const hasBody = !rest.startsWith('HTTP/1.1 ', end + 4);
    const length = hasBody ? Number(/\r\ncontent-length: (\d+)/.exec(head)?.[1] ?? rest.length) : 0;
    const body = Buffer.from(rest.slice(end + 4, end + 4 + length), 'latin1').toString();
    answers.push({ status: Number(status), type: /\r\ncontent-type: ([^\r]*)/.exec(head)?.[1] ?? '', body });
    rest = rest.slice(end + 4 + length);
  }
  return answers;
}
