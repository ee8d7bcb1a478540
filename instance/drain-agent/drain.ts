import { setTimeout as sleep } from 'node:timers/promises';
import { deadlineOf, Interruption, InterruptionKind } from '../common/interruption';
import { JsonLog, reasonOf } from '../common/json-log';
import { LifecycleHook } from '../common/lifecycle-hook';
import { DrainConfiguration } from './drain-configuration';
import { DrainState } from './drain-state';
import { InFlight } from './in-flight';
import { TargetGroups } from './target-groups';

const SAMPLE_MILLISECONDS = 250;
/** While Auto Scaling waits for the hook, it has taken the instance out of its load balancers already. */
const WAITS_FOR_HOOK: ReadonlySet<InterruptionKind> = new Set<InterruptionKind>(['lifecycle', 'pool']);
/** How long a machine that stops goes on to complete a hook: one that nobody waits for any more refuses for ever. */
const LAST_WORD_MILLISECONDS = 5_000;

/** What a drain works with. */
export interface DrainParts {
  readonly configuration: DrainConfiguration;
  readonly inFlight: InFlight;
  readonly state: DrainState;
  readonly log: JsonLog;
  /** @default none is completed */
  readonly hook?: LifecycleHook;
  /** @default the instance is in none */
  readonly targets?: TargetGroups;
}

/**
 * Lets the instance finish what it accepted: out of the load balancer, not ready, wait, complete the hook. The load
 * balancer comes first, for a runtime that refuses connections while it still gets some loses requests. The runtime is
 * not stopped: systemd runs its own drain command when the machine stops, where its processes run. Each step may be
 * repeated, so that an agent that was killed in the middle goes through them again.
 *
 * An instance that returns to the warm pool serves again later: it stays ready, for it gets no requests there, and the
 * drain is forgotten afterwards.
 */
export class Drain {
  private readonly interruptions: Interruption[] = [];
  private readonly over = new AbortController();
  private working?: Promise<void>;
  private running?: Promise<void>;
  private since = 0;
  private drained = false;
  private countKnown = true;
  private heartbeats?: NodeJS.Timeout;
  private completing?: Promise<void>;

  public constructor(private readonly parts: DrainParts) {}

  /**
   * Starts the drain, or tells the one under way of a further interruption, which can only shorten it.
   *
   * @returns settles when nothing is in flight any more or the deadline has passed, and the hook, if any, is completed
   */
  public interrupt(interruption: Interruption): Promise<void> {
    this.interruptions.push(interruption);
    if (!this.running) {
      this.working = this.run();
      this.running = this.working.then(() => this.end());
    } else if (interruption.kind === 'spot' && !this.drained) {
      void this.parts.targets?.deregister(this.deadline);
    } else if (WAITS_FOR_HOOK.has(interruption.kind) && this.drained) {
      return this.completeHook();
    }
    if (WAITS_FOR_HOOK.has(interruption.kind)) {
      this.keepHookAlive();
    } else if (interruption.kind === 'shutdown') {
      void this.sayLastWord();
    }
    return this.running;
  }

  /** Ends attempts to complete a hook. */
  public stop(): void {
    this.over.abort();
  }

  private async sayLastWord(): Promise<void> {
    await this.working;
    await sleep(LAST_WORD_MILLISECONDS, undefined, { ref: false });
    this.stop();
  }

  private async run(): Promise<void> {
    const { state, log } = this.parts;
    const earlier = state.read();
    this.since = earlier?.since ?? Date.now();
    this.keep(() => state.write({ since: this.since }));
    log.info('drain-started', { resumed: earlier !== undefined, deadline: new Date(this.deadline).toISOString() });
    await this.leaveLoadBalancer();
    if (!this.comesBack) {
      this.keep(() => state.markNotReady());
      log.info('marked-not-ready');
    }
    await this.waitForWork();
    this.drained = true;
    clearInterval(this.heartbeats);
  }

  private async end(): Promise<void> {
    if (this.interruptions.some(({ kind }) => WAITS_FOR_HOOK.has(kind))) {
      await this.completeHook();
    }
    if (this.comesBack) {
      this.forget();
    }
  }

  private forget(): void {
    this.keep(() => this.parts.state.clear());
    this.interruptions.length = 0;
    this.running = undefined;
    this.completing = undefined;
    this.heartbeats = undefined;
    this.drained = false;
  }

  /** A drain that cannot be written down goes on: only an agent that starts again would have to begin anew. */
  private keep(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.parts.log.error('state-not-kept', { reason: reasonOf(error) });
    }
  }

  private get deadline(): number {
    return deadlineOf(this.interruptions, this.since, this.parts.configuration);
  }

  private get comesBack(): boolean {
    return this.interruptions.every(({ kind }) => kind === 'pool');
  }

  private async leaveLoadBalancer(): Promise<void> {
    const { targets, configuration } = this.parts;
    // When Auto Scaling terminates an instance it deregisters it before the hook begins to wait:
    // https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks-overview.html
    const patience = Math.min(Date.now() + configuration.deregistrationSeconds * 1000, this.deadline);
    if (this.interruptions.some(({ kind }) => !WAITS_FOR_HOOK.has(kind))) {
      await targets?.deregister(patience);
    }
    await targets?.waitUntilReleased(patience);
  }

  private keepHookAlive(): void {
    const { hook, configuration } = this.parts;
    if (hook && !this.drained) {
      this.heartbeats ??= setInterval(() => void hook.heartbeat(), configuration.hookSeconds * 500);
    }
  }

  private async waitForWork(): Promise<void> {
    const { configuration, log } = this.parts;
    let idleSince: number | undefined;
    let last = -1;
    while (Date.now() < this.deadline) {
      const count = await this.countInFlight();
      if (count !== last) {
        log.info('in-flight', { count });
        last = count;
      }
      idleSince = count === 0 ? (idleSince ?? Date.now()) : undefined;
      if (idleSince !== undefined && Date.now() - idleSince >= configuration.settleSeconds * 1000) {
        log.info('drained', { seconds: (Date.now() - this.since) / 1000 });
        return;
      }
      await sleep(SAMPLE_MILLISECONDS);
    }
    log.error('deadline-passed', { inFlight: last });
  }

  /** @returns -1 when it cannot be known: then only the deadline ends the drain */
  private async countInFlight(): Promise<number> {
    try {
      const count = await this.parts.inFlight.count();
      this.countKnown = true;
      return count;
    } catch (error) {
      if (this.countKnown) {
        this.parts.log.warn('in-flight-unknown', { reason: reasonOf(error) });
      }
      this.countKnown = false;
      return -1;
    }
  }

  private completeHook(): Promise<void> {
    const { hook, configuration } = this.parts;
    this.completing ??= hook?.complete(configuration.pollSeconds, this.over.signal) ?? Promise.resolve();
    return this.completing;
  }
}
