import { setTimeout as sleep } from 'node:timers/promises';
import { deadlineOf, Interruption, InterruptionKind } from '../common/interruption';
import { JsonLog, reasonOf } from '../common/json-log';
import { LifecycleHook } from '../common/lifecycle-hook';
import { DrainConfiguration } from './drain-configuration';
import { DrainState } from './drain-state';
import { InFlight } from './in-flight';
import { runDrainCommand } from './run-drain-command';
import { RuntimeContract } from './runtime-contract';
import { TargetGroups } from './target-groups';

const SAMPLE_MILLISECONDS = 250;

/** While Auto Scaling waits for the hook, it has taken the instance out of its load balancers already. */
const WAITS_FOR_HOOK: ReadonlySet<InterruptionKind> = new Set<InterruptionKind>(['lifecycle', 'pool']);

/** What a drain works with. */
export interface DrainParts {
  readonly configuration: DrainConfiguration;
  readonly runtime: RuntimeContract;
  readonly inFlight: InFlight;
  readonly state: DrainState;
  readonly log: JsonLog;
  /** @default none is completed */
  readonly hook?: LifecycleHook;
  /** @default the instance is in none */
  readonly targets?: TargetGroups;
}

/**
 * Lets the instance finish what it accepted: out of the load balancer, no new work, wait, complete the hook. The load
 * balancer comes first, for a runtime that refuses connections while it still gets some loses requests. Each step may be
 * repeated, so that an agent that was killed in the middle goes through them again.
 *
 * An instance that returns to the warm pool serves again later: its runtime is not told anything, for it gets no requests
 * there, and the drain is forgotten afterwards.
 */
export class Drain {
  private readonly interruptions: Interruption[] = [];
  private readonly over = new AbortController();
  private running?: Promise<void>;
  private since = 0;
  private drained = false;
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
      this.running = this.run();
    } else if (interruption.kind === 'spot' && !this.drained) {
      void this.parts.targets?.deregister();
    } else if (WAITS_FOR_HOOK.has(interruption.kind) && this.drained) {
      return this.completeHook();
    }
    return this.running;
  }

  /** Ends attempts to complete a hook. */
  public stop(): void {
    this.over.abort();
  }

  private async run(): Promise<void> {
    const { state, log } = this.parts;
    const earlier = state.read();
    this.since = earlier?.since ?? Date.now();
    state.write({ ...earlier, since: this.since });
    log.info('drain-started', { resumed: earlier !== undefined, deadline: new Date(this.deadline).toISOString() });
    await this.leaveLoadBalancer();
    if (!earlier?.stoppedTaking && !this.comesBack) {
      await this.stopTaking();
      state.write({ since: this.since, stoppedTaking: true });
    }
    await this.waitForWork();
    this.drained = true;
    if (this.hookWaits) {
      await this.completeHook();
    }
    if (this.comesBack) {
      this.forget();
    }
  }

  private forget(): void {
    this.parts.state.clear();
    this.interruptions.length = 0;
    this.running = undefined;
    this.completing = undefined;
    this.drained = false;
  }

  private get deadline(): number {
    return deadlineOf(this.interruptions, this.since, this.parts.configuration);
  }

  private get hookWaits(): boolean {
    return this.interruptions.some(({ kind }) => WAITS_FOR_HOOK.has(kind));
  }

  private get comesBack(): boolean {
    return this.interruptions.every(({ kind }) => kind === 'pool');
  }

  private async leaveLoadBalancer(): Promise<void> {
    const { targets, configuration } = this.parts;
    // When Auto Scaling terminates an instance it deregisters it before the hook begins to wait:
    // https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks-overview.html
    if (this.interruptions.some(({ kind }) => !WAITS_FOR_HOOK.has(kind))) {
      await targets?.deregister();
    }
    const patience = Date.now() + configuration.deregistrationSeconds * 1000;
    await targets?.waitUntilReleased(Math.min(patience, this.deadline));
  }

  private async stopTaking(): Promise<void> {
    const { runtime, state, log } = this.parts;
    state.markNotReady();
    log.info('marked-not-ready');
    if (runtime.drainCommand === undefined) {
      return;
    }
    try {
      await runDrainCommand(runtime.drainCommand, this.deadline - Date.now());
      log.info('runtime-told-to-drain');
    } catch (error) {
      log.error('drain-command-failed', { reason: reasonOf(error) });
    }
  }

  private async waitForWork(): Promise<void> {
    const { configuration, log, hook } = this.parts;
    let idleSince: number | undefined;
    let lastHeartbeat = Date.now();
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
      if (hook && this.hookWaits && Date.now() - lastHeartbeat >= configuration.hookSeconds * 500) {
        lastHeartbeat = Date.now();
        await hook.heartbeat();
      }
      await sleep(SAMPLE_MILLISECONDS);
    }
    log.error('deadline-passed', { inFlight: last });
  }

  /** @returns -1 when it cannot be known: then only the deadline ends the drain */
  private async countInFlight(): Promise<number> {
    try {
      return await this.parts.inFlight.count();
    } catch (error) {
      this.parts.log.warn('in-flight-unknown', { reason: reasonOf(error) });
      return -1;
    }
  }

  private completeHook(): Promise<void> {
    const { hook, configuration } = this.parts;
    this.completing ??= hook?.complete(configuration.pollSeconds, this.over.signal) ?? Promise.resolve();
    return this.completing;
  }
}
