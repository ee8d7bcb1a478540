import { InstanceMetadata } from './instance-metadata';
import { Interruption, InterruptionConfiguration } from './interruption';
import { JsonLog, reasonOf } from './json-log';

/** A warm pool's instance that is terminated targets a state of its own. */
const TERMINATING = new Set(['Terminated', 'Warmed:Terminated']);

/** What an instance targets that goes to the warm pool: after its first start, and again after its service. */
const POOLED = new Set(['Warmed:Stopped', 'Warmed:Hibernated', 'Warmed:Running']);

/** Remembers whether the instance was in service since its last start or its last return, over restarts of an agent. */
export interface ServiceMemory {
  wasInService: boolean;
}

/** An item of the metadata, and what its text announces. */
type Item = readonly [item: string, interruptionOf: (text: string) => Interruption | undefined];

const SPOT: Item = ['spot/instance-action', (action) => ({ kind: 'spot', at: timeOf(action) })];
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
    /** @default returns to a warm pool are not announced */
    private readonly memory?: ServiceMemory,
  ) {}

  /** Called once with each kind of interruption; with a return to the warm pool once each time. */
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
    const lifecycle: Item = ['autoscaling/target-lifecycle-state', (state) => this.lifecycleOf(state)];
    return [lifecycle, SPOT, ...(this.configuration.onRebalance === 'drain' ? [REBALANCE] : [])];
  }

  private lifecycleOf(state: string): Interruption | undefined {
    if (TERMINATING.has(state)) {
      return { kind: 'lifecycle' };
    }
    if (state === 'InService') {
      this.seen.delete('pool');
      if (this.memory) {
        this.memory.wasInService = true;
      }
    }
    return POOLED.has(state) && this.memory?.wasInService ? { kind: 'pool' } : undefined;
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
