import { Engine } from './engine/engine';
import { ResolvedServerOptions } from './options';

/** Looks in the time in which an engine must take a step. */
const LOOKS = 20;

/** Sees when an engine hangs in a step: its process answers then as ever, but no request. */
export class StallWatch {
  private readonly timer: NodeJS.Timeout;
  private steps: number;
  private looks = 0;

  public constructor(
    private readonly engine: Pick<Engine, 'working' | 'steps'>,
    private readonly options: Pick<ResolvedServerOptions, 'stallSeconds' | 'onStall'>,
  ) {
    this.steps = engine.steps;
    this.timer = setInterval(() => this.look(), (options.stallSeconds * 1000) / LOOKS).unref();
  }

  public get isStalled(): boolean {
    return this.looks > LOOKS;
  }

  public end(): void {
    clearInterval(this.timer);
  }

  /** Counts looks, not seconds: a process that was stopped, or a machine that slept, is no engine that hangs. */
  private look(): void {
    const { working, steps } = this.engine;
    const goesOn = working === 0 || steps !== this.steps;
    this.looks = goesOn ? 0 : this.looks + 1;
    this.steps = steps;
    if (this.looks === LOOKS + 1) {
      this.options.onStall();
    }
  }
}
