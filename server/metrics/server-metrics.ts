import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What the gauges are read from when somebody looks. */
export interface LoadSource {
  readonly working: number;
  readonly queued: number;
}

/** Seconds, from a millisecond to ten minutes. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

/** The server's metrics in the Prometheus format. They have counts and times only, nothing of what anybody wrote. */
export class ServerMetrics {
  private readonly registry = new Registry();
  /** Requests by route and status; 499 stands for a client that went away. */
  public readonly requests = new Counter({
    name: 'graviton_requests_total',
    help: 'Requests that were answered, by route and HTTP status (499: the client went away)',
    labelNames: ['route', 'status'] as const,
    registers: [this.registry],
  });
  public readonly promptTokens = new Counter({
    name: 'graviton_prompt_tokens_total',
    help: 'Tokens of the prompts that were given to the engine',
    registers: [this.registry],
  });
  public readonly generatedTokens = new Counter({
    name: 'graviton_generated_tokens_total',
    help: 'Tokens that the engine generated',
    registers: [this.registry],
  });
  public readonly timeToFirstToken = new Histogram({
    name: 'graviton_time_to_first_token_seconds',
    help: 'From the arrival of a request to its first token, waiting in the queue included',
    buckets: SECONDS,
    registers: [this.registry],
  });
  public readonly timePerOutputToken = new Histogram({
    name: 'graviton_time_per_output_token_seconds',
    help: 'Between the first and the last token of an answer, divided by the tokens after the first',
    buckets: SECONDS,
    registers: [this.registry],
  });
  public readonly requestSeconds = new Histogram({
    name: 'graviton_request_seconds',
    help: 'From the arrival of a request to the end of its answer',
    buckets: SECONDS,
    registers: [this.registry],
  });

  /** @param load what works and waits; undefined while the model is loading */
  public constructor(load: () => LoadSource | undefined) {
    this.gauge('graviton_requests_in_flight', 'Requests that have a slot', () => load()?.working ?? 0);
    this.gauge('graviton_requests_queued', 'Requests that wait for a slot', () => load()?.queued ?? 0);
  }

  public get contentType(): string {
    return this.registry.contentType;
  }

  public page(): Promise<string> {
    return this.registry.metrics();
  }

  private gauge(name: string, help: string, value: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(value());
      },
    });
  }
}
