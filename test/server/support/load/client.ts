import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionFailed, exchange, ExchangeOptions, Hung, Received } from './exchange';
import { Content, contentOf, KnownRequest, StreamedError } from './known-requests';
import { LoadReport } from './load-report';

/** Milliseconds that the server gives a request, those in which it has read why it was ended, and a busy machine's. */
export const REQUEST_SECONDS = 30;
const LIMIT = (REQUEST_SECONDS + 2 + 10) * 1000;

/** Milliseconds in which a request must have been sent, and how often Node.js looks (server/inference-server.ts). */
const RECEIVE_LIMIT = 60_000 + 30_000 + 10_000;

/** What the server takes of a body. */
const MAX_BODY_BYTES = 4 * 2 ** 20;

/** The ways in which clients behave, with how often of a hundred requests. */
const BEHAVIOURS = {
  plain: 28,
  streaming: 28,
  slowReader: 10,
  leavesTheStream: 10,
  leavesTheQueue: 12,
  halfSentBody: 4,
  patientHalfSentBody: 1,
  bodyTooLarge: 7,
} as const;

export type Behaviour = keyof typeof BEHAVIOURS;

export interface LoadClientOptions {
  readonly port: number;
  readonly known: readonly { readonly request: KnownRequest; readonly content: Content }[];
  readonly report: LoadReport;
  /** Ends the client after the request that it is at. */
  readonly isOver: () => boolean;
  /** Numbers from 0 to 1. */
  readonly random: () => number;
}

/** One client: a request after the other, each in some manner. */
export class LoadClient {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  public constructor(private readonly options: LoadClientOptions) {}

  public async run(): Promise<void> {
    const { isOver, random, report } = this.options;
    while (!isOver()) {
      const behaviour = this.chooseBehaviour();
      const started = performance.now();
      const outcome = await this.act(behaviour);
      report.add({ behaviour, outcome, started, ended: performance.now() });
      // A client that is told to come again waits, though not as long as it is told: the queue is to be full.
      await sleep(outcome.startsWith('answered') ? 5 * random() : 100 + 300 * random());
    }
    this.agent.destroy();
  }

  private chooseBehaviour(): Behaviour {
    let left = this.options.random() * Object.values<number>(BEHAVIOURS).reduce((sum, weight) => sum + weight);
    const found = Object.entries(BEHAVIOURS).find(([, weight]) => (left -= weight) < 0);
    return (found?.[0] ?? 'plain') as Behaviour;
  }

  /** @returns how it ended; what may not be begins with `WRONG` */
  private async act(behaviour: Behaviour): Promise<string> {
    try {
      return await this[behaviour]();
    } catch (error) {
      if (error instanceof ConnectionFailed) {
        return error.hadBegun ? 'cut off' : 'failed to connect';
      }
      if (error instanceof StreamedError) {
        return `error event ${error.message}`;
      }
      return error instanceof Hung ? `WRONG: hung: ${error.message}` : `WRONG: ${String(error)}`;
    }
  }

  private plain(): Promise<string> {
    return this.ask(false, { agent: this.options.random() < 0.5 ? this.agent : undefined });
  }

  private streaming(): Promise<string> {
    return this.ask(true, { agent: this.options.random() < 0.5 ? this.agent : undefined });
  }

  private slowReader(): Promise<string> {
    return this.ask(true, { pause: 20 + 100 * this.options.random() });
  }

  private async leavesTheStream(): Promise<string> {
    const leaving = new AbortController();
    let pieces = 1 + Math.floor(5 * this.options.random());
    const onPiece = () => void ((pieces -= 1) === 0 && leaving.abort());
    return this.leave(leaving, this.ask(true, { signal: leaving.signal, onPiece }));
  }

  private async leavesTheQueue(): Promise<string> {
    const leaving = new AbortController();
    const timer = setTimeout(() => leaving.abort(), 400 * this.options.random());
    const outcome = await this.leave(leaving, this.ask(this.options.random() < 0.5, { signal: leaving.signal }));
    clearTimeout(timer);
    return outcome;
  }

  private async leave(leaving: AbortController, asked: Promise<string>): Promise<string> {
    try {
      return await asked;
    } catch (error) {
      if (leaving.signal.aborted) {
        return 'left';
      }
      throw error;
    }
  }

  private halfSentBody(): Promise<string> {
    const leaving = new AbortController();
    setTimeout(() => leaving.abort(), 3_000 * this.options.random());
    return this.leave(leaving, this.sendHalf({ signal: leaving.signal }));
  }

  /** Waits until the server has had enough of it. */
  private async patientHalfSentBody(): Promise<string> {
    const leaving = new AbortController();
    // Once the load is over nobody waits a minute more.
    const look = setInterval(() => this.options.isOver() && leaving.abort(), 500);
    try {
      return await this.leave(leaving, this.sendHalf({ signal: leaving.signal, limit: RECEIVE_LIMIT }));
    } finally {
      clearInterval(look);
    }
  }

  private async sendHalf(more: Partial<ExchangeOptions>): Promise<string> {
    const body = JSON.stringify({ model: 'model', prompt: 'never sent to its end', max_tokens: 5 });
    const received = await this.exchange({ path: '/v1/completions', body, sent: body.length >> 1, ...more });
    return received.status === 200 ? 'WRONG: half a body is answered' : refusal(received);
  }

  private async bodyTooLarge(): Promise<string> {
    const body = JSON.stringify({ model: 'model', prompt: 'x'.repeat(MAX_BODY_BYTES) });
    const received = await this.exchange({ path: '/v1/completions', body });
    return received.status === 200 ? 'WRONG: too large a body is answered' : refusal(received);
  }

  private async ask(stream: boolean, more: Partial<ExchangeOptions>): Promise<string> {
    const { known, random } = this.options;
    const { request, content } = known[Math.floor(random() * known.length)];
    const body = JSON.stringify({ ...request.fields, ...(stream && request.streams ? { stream } : {}) });
    const received = await this.exchange({ path: request.path, body, ...more });
    if (received.status !== 200) {
      return refusal(received);
    }
    const got = contentOf(received);
    return got === content ? 'answered' : `WRONG: ${body} is answered ${got}, not ${content}`;
  }

  private exchange(options: Pick<ExchangeOptions, 'path' | 'body'> & Partial<ExchangeOptions>): Promise<Received> {
    return exchange({ port: this.options.port, limit: LIMIT, ...options });
  }
}

/** How a client was refused: by the server in OpenAI's words, or by HAProxy. */
function refusal({ status, type, body }: Received): string {
  const code = type.startsWith('application/json')
    ? (JSON.parse(body) as { error: { code: string | null } }).error.code
    : 'proxy';
  return [413, 408, 502, 503, 504].includes(status) ? `refused ${status} ${code}` : `WRONG: ${status} ${body}`;
}
