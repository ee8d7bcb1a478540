import { samplesOf } from '../../../instance/common/metric-page';
import { ProcessView } from '../../../instance/metrics-agent/reading/read-process';
import { readServerPage } from '../../../instance/metrics-agent/reading/server-reading';
import { ServerMetrics } from '../../../server/metrics/server-metrics';
import { SeededRandom } from './seeded-random';

/** What was counted in all, as the metrics name it. */
export interface Totals {
  PromptTokens: number;
  GeneratedTokens: number;
  TimeToFirstToken: number;
  TimeToFirstTokenSeconds: number;
}

export const NOTHING: Totals = { PromptTokens: 0, GeneratedTokens: 0, TimeToFirstToken: 0, TimeToFirstTokenSeconds: 0 };

export function addTotals(one: Totals, other: Totals): Totals {
  const keys = Object.keys(NOTHING) as (keyof Totals)[];
  return Object.fromEntries(keys.map((key) => [key, one[key] + other[key]])) as unknown as Totals;
}

/** A process of the runtime with the server's own metrics, which counts, is read, and starts anew. */
export class CountingProcess {
  /** What it has counted that was read. */
  public read: Totals = NOTHING;
  public inFlight = 0;
  public state: 'read' | 'absent' | 'unknown' = 'read';
  public isLoading = false;
  private unread: Totals = NOTHING;
  private starts = 0;
  private metrics = this.begin();

  public constructor(private readonly random: SeededRandom) {}

  public work(): void {
    const done = {
      PromptTokens: Math.floor(this.random.next() * 1000),
      GeneratedTokens: Math.floor(this.random.next() * 100),
      TimeToFirstToken: 1,
      TimeToFirstTokenSeconds: this.random.next() ** 4 * 2000,
    };
    this.metrics.promptTokens.inc(done.PromptTokens);
    this.metrics.generatedTokens.inc(done.GeneratedTokens);
    this.metrics.timeToFirstToken.observe(done.TimeToFirstTokenSeconds);
    this.unread = addTotals(this.unread, done);
  }

  /** What it had counted since it was last read dies with it. */
  public restart(): void {
    this.metrics = this.begin();
    this.unread = NOTHING;
  }

  public async view(): Promise<ProcessView> {
    if (this.state !== 'read') {
      return this.state === 'absent' ? { kind: 'absent' } : { kind: 'unknown', error: new Error('it hangs') };
    }
    const page = await this.metrics.page();
    this.read = addTotals(this.read, this.unread);
    this.unread = NOTHING;
    // Processes of a test share the time at which theirs began.
    const own = page.replace(/^process_start_time_seconds .*$/m, `process_start_time_seconds ${this.starts}`);
    return { kind: 'read', ...readServerPage(samplesOf(own)) };
  }

  private begin(): ServerMetrics {
    this.starts += 1;
    return new ServerMetrics(() =>
      this.isLoading ? undefined : { working: this.inFlight, queued: 2 * this.inFlight },
    );
  }
}
