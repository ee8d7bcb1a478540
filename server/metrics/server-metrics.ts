import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What the gauges are read from when somebody looks. */
export interface LoadSource {
  readonly working: number;
  readonly queued: number;
}

/** Ten steps in each factor of ten (ISO 3, R10), so that a percentile is known to within 28 percent. */
const STEPS = [1, 1.25, 1.6, 2, 2.5, 3.15, 4, 5, 6.3, 8];

/** Seconds, from a millisecond to 800 seconds. */
const SECONDS = [-3, -2, -1, 0, 1, 2].flatMap((power) => STEPS.map((step) => Number(`${step}e${power}`)));

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
    this.gauge(
      'graviton_requests_in_flight',
      'Requests that have a slot; each choice of one counts',
      () => load()?.working ?? 0,
    );
    this.gauge(
      'graviton_requests_queued',
      'Requests that wait for a slot; each choice of one counts',
      () => load()?.queued ?? 0,
    );
    // A process that still loads has nothing in flight, and is not idle all the same.
    this.gauge('graviton_model_loaded', '1 when the model is loaded, 0 before', () => (load() ? 1 : 0));
    const started = performance.timeOrigin / 1000;
    // By its usual name: whoever reads counters learns from it that they began at zero.
    this.gauge('process_start_time_seconds', 'When the process began, in seconds since 1970', () => started);
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
