import { ServerMetrics } from './server-metrics';

/** Takes the times of one choice of an answer. */
export class AnswerClock {
  private first = 0;
  private last = 0;
  private tokens = 0;

  /** @param arrived milliseconds, of `performance.now()`, when the request had come */
  public constructor(
    private readonly metrics: ServerMetrics,
    private readonly arrived: number,
  ) {}

  /** The engine was given the prompt. */
  public submitted(promptTokens: number): void {
    this.metrics.promptTokens.inc(promptTokens);
  }

  public token(): void {
    this.last = performance.now();
    this.tokens += 1;
    this.metrics.generatedTokens.inc();
    if (this.tokens === 1) {
      this.first = this.last;
      this.metrics.timeToFirstToken.observe((this.first - this.arrived) / 1000);
    }
  }

  /** The answer is over, however it ended. */
  public end(): void {
    if (this.tokens > 1) {
      this.metrics.timePerOutputToken.observe((this.last - this.first) / 1000 / (this.tokens - 1));
    }
  }
}
