import * as http from 'node:http';
import { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const PIECES = 20;

/** What a client saw of one request. */
export interface Answer {
  readonly complete: boolean;
  readonly endedAt: number;
}

/** A runtime whose answers stream for a while, with a metrics page. */
export class StreamingRuntime {
  public static async start(milliseconds: number): Promise<StreamingRuntime> {
    const runtime = new StreamingRuntime(milliseconds);
    await new Promise<void>((resolve) => runtime.server.listen(0, '127.0.0.1', resolve));
    return runtime;
  }

  private running = 0;
  private readonly server = http.createServer((request, response) => void this.answer(request, response));

  private constructor(private readonly milliseconds: number) {}

  public get port(): number {
    return (this.server.address() as AddressInfo | null)?.port ?? 0;
  }

  public get inFlight(): number {
    return this.running;
  }

  /** What the file runtime.json says of it. */
  public contract(): object {
    return { port: this.port, metricsPath: '/metrics' };
  }

  /**
   * Asks for one answer and reads it to its end.
   *
   * @param milliseconds how long it streams
   * @throws Error when the connection is refused
   */
  public async ask(milliseconds = this.milliseconds): Promise<Answer> {
    const headers = { Connection: 'close', 'X-Milliseconds': String(milliseconds) };
    const response = await fetch(`http://127.0.0.1:${this.port}/generate`, { headers });
    const text = await response.text().catch(() => '');
    return { complete: text === 'token '.repeat(PIECES), endedAt: Date.now() };
  }

  /** Breaks what is in flight. May be called again. */
  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    switch (request.url) {
      case '/metrics':
        response.end(`# TYPE runtime:running gauge\nruntime:running{process="0"} ${this.running}\n`);
        break;
      default:
        this.running += 1;
        for (let piece = 0; piece < PIECES && !response.destroyed; piece += 1) {
          response.write('token ');
          await sleep(Number(request.headers['x-milliseconds']) / PIECES);
        }
        response.end();
        this.running -= 1;
    }
  }
}
