import { Agent, ClientRequest, IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a client got: the whole answer, as far as HTTP can tell. */
export interface Received {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** The connection failed, and the client knows it. */
export class ConnectionFailed extends Error {
  public constructor(
    message: string,
    /** Whether an answer had begun. */
    public readonly hadBegun: boolean,
  ) {
    super(message);
    this.name = 'ConnectionFailed';
  }
}

/** Nothing came to an end in the time that a request may take. */
export class Hung extends Error {}

export interface ExchangeOptions {
  readonly port: number;
  readonly path: string;
  readonly body: string;
  /** Milliseconds after which it hangs. */
  readonly limit: number;
  /** Keeps connections. @default a connection for each */
  readonly agent?: Agent;
  /** Bytes of the body that are sent, the rest never. @default all */
  readonly sent?: number;
  /** Milliseconds that the client waits after each piece of the answer. @default none */
  readonly pause?: number;
  /** The client goes away when it is aborted. */
  readonly signal?: AbortSignal;
  /** Called with each piece of the answer. */
  readonly onPiece?: (piece: string) => void;
}

/**
 * One request and its answer.
 *
 * @throws ConnectionFailed when the connection ends before the answer does
 * @throws Hung after the limit
 */
export async function exchange(options: ExchangeOptions): Promise<Received> {
  const outgoing = send(options);
  let timer: NodeJS.Timeout | undefined;
  const hung = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Hung(`${options.path} hangs for ${options.limit} ms`)), options.limit);
  });
  try {
    return await Promise.race([receive(outgoing, options), hung]);
  } finally {
    clearTimeout(timer);
    // Of a connection that is kept and whose answer was read to its end, this does nothing.
    outgoing.destroy();
  }
}

function send({ port, path, body, agent, sent, signal }: ExchangeOptions): ClientRequest {
  const bytes = Buffer.from(body);
  const headers = { 'content-type': 'application/json', 'content-length': bytes.length };
  const outgoing = request({ port, path, method: 'POST', headers, agent: agent ?? false, signal });
  // Reported by `receive`; an error may come again while the connection is taken down.
  outgoing.on('error', () => undefined);
  if (sent === undefined) {
    outgoing.end(bytes);
  } else {
    outgoing.write(bytes.subarray(0, sent));
  }
  return outgoing;
}

async function receive(outgoing: ClientRequest, { pause, onPiece }: ExchangeOptions): Promise<Received> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve).once('error', (error) => reject(new ConnectionFailed(error.message, false)));
    outgoing.once('close', () => reject(new ConnectionFailed('closed', false)));
  });
  const pieces: string[] = [];
  try {
    for await (const piece of response.setEncoding('utf8')) {
      pieces.push(piece as string);
      onPiece?.(piece as string);
      await (pause === undefined ? undefined : sleep(pause));
    }
  } catch (error) {
    throw new ConnectionFailed((error as Error).message, true);
  }
  return { status: response.statusCode!, type: response.headers['content-type'] ?? '', body: pieces.join('') };
}
