import { InstanceMetadata } from './instance-metadata';
import { Interruption, InterruptionConfiguration } from './interruption';
import { JsonLog, reasonOf } from './json-log';

/** A warm pool's instance that is terminated targets a state of its own. */
const TERMINATING = new Set(['Terminated', 'Warmed:Terminated']);

/** An item of the metadata, and what its text announces. */
type Item = readonly [item: string, interruptionOf: (text: string) => Interruption | undefined];

const ITEMS: readonly Item[] = [
  ['autoscaling/target-lifecycle-state', (state) => (TERMINATING.has(state) ? { kind: 'lifecycle' } : undefined)],
  ['spot/instance-action', (action) => ({ kind: 'spot', at: timeOf(action) })],
];
const REBALANCE: Item = ['events/recommendations/rebalance', () => ({ kind: 'rebalance' })];

/**
 * Polls the instance metadata for announced ends of the instance. A notice stays in the metadata until the instance is
 * gone, so that a program that starts again sees it again: nothing of it needs to be kept.
 *
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/retrieving-target-lifecycle-state-through-imds.html
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
 */
export class InterruptionWatch {
  private readonly seen = new Map<string, Interruption>();
  private readonly listeners: ((interruption: Interruption) => void)[] = [];
  private timer?: NodeJS.Timeout;
  private stopped = false;
  private reachable = true;

  public constructor(
    private readonly metadata: InstanceMetadata,
    private readonly configuration: InterruptionConfiguration,
    private readonly log: JsonLog,
  ) {}

  /** Called once with each kind of interruption. */
  public onInterruption(listener: (interruption: Interruption) => void): void {
    this.listeners.push(listener);
  }

  /** Polls once, and from then on as often as configured, until `stop()`. Never throws. */
  public async start(): Promise<void> {
    await this.poll();
    this.schedule();
  }

  public stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** Takes an interruption that comes by another way than the metadata, such as SIGTERM. */
  public announce(interruption: Interruption): void {
    const known = this.seen.get(interruption.kind);
    // A Spot notice can move; the time that it first named is then no longer true.
    if (known && known.at?.getTime() === interruption.at?.getTime()) {
      return;
    }
    this.seen.set(interruption.kind, interruption);
    this.log.info('interruption', { kind: interruption.kind, at: interruption.at?.toISOString() });
    this.listeners.forEach((listener) => listener(interruption));
  }

  private schedule(): void {
    if (this.stopped) {
      return;
    }
    this.timer = setTimeout(() => {
      void this.poll().finally(() => this.schedule());
    }, this.configuration.pollSeconds * 1000);
  }

  private async poll(): Promise<void> {
    const notices: Interruption[] = [];
    let failure: unknown;
    for (const [item, interruptionOf] of this.items) {
      try {
        const text = await this.metadata.read(item);
        const interruption = text === undefined ? undefined : interruptionOf(text);
        notices.push(...(interruption ? [interruption] : []));
      } catch (error) {
        // One item that cannot be read must not hide what another says.
        failure = error;
      }
    }
    this.sayReachable(failure === undefined, failure);
    notices.forEach((notice) => this.announce(notice));
  }

  private get items(): readonly Item[] {
    return this.configuration.onRebalance === 'drain' ? [...ITEMS, REBALANCE] : ITEMS;
  }

  /** Once per change, not once per poll, so that an unreachable service does not fill the journal. */
  private sayReachable(reachable: boolean, error?: unknown): void {
    if (reachable === this.reachable) {
      return;
    }
    this.reachable = reachable;
    if (reachable) {
      this.log.info('metadata-reachable');
    } else {
      this.log.error('metadata-unreachable', { reason: reasonOf(error) });
    }
  }
}

/** @returns `undefined` for a notice that cannot be read: it is an interruption all the same */
function timeOf(action: string): Date | undefined {
  try {
    const time = new Date((JSON.parse(action) as { time: string }).time);
    return Number.isNaN(time.getTime()) ? undefined : time;
  } catch {
    return undefined;
  }
}
