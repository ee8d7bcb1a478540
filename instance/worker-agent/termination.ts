import { Interruption } from '../common/interruption';
import { JsonLog } from '../common/json-log';
import { LifecycleHook } from '../common/lifecycle-hook';

/** What the termination hook's times are. */
export interface TerminationConfiguration {
  readonly hookSeconds: number;
  readonly pollSeconds: number;
}

/** Keeps the termination hook waiting while jobs run, and completes it after the last one. */
export class Termination {
  private readonly over = new AbortController();
  private readonly allDone: Promise<void>;
  private sayAllDone: () => void = () => undefined;
  private finished = false;
  private announced = false;
  private heartbeats?: NodeJS.Timeout;

  public constructor(
    private readonly hook: LifecycleHook | undefined,
    private readonly configuration: TerminationConfiguration,
    private readonly log: JsonLog,
  ) {
    this.allDone = new Promise((resolve) => (this.sayAllDone = resolve));
  }

  public interrupt(interruption: Interruption): void {
    if (interruption.kind !== 'lifecycle' || this.announced) {
      return;
    }
    this.announced = true;
    if (this.finished) {
      void this.complete();
    } else if (this.hook) {
      this.heartbeats = setInterval(() => void this.hook?.heartbeat(), this.configuration.hookSeconds * 500);
    }
  }

  /** To be called when no job is left. */
  public async finish(): Promise<void> {
    clearInterval(this.heartbeats);
    this.finished = true;
    this.log.info('idle-until-the-end');
    this.sayAllDone();
    if (this.announced) {
      await this.complete();
    }
  }

  /** Settles when no job is left, and ends attempts to complete the hook. */
  public async drained(): Promise<void> {
    await this.allDone;
    this.over.abort();
  }

  private async complete(): Promise<void> {
    await this.hook?.complete(this.configuration.pollSeconds, this.over.signal);
  }
}
