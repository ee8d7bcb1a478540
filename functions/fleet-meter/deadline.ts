/** What a run throws at when its time is over. */
export class DeadlineExceeded extends Error {
  public override readonly name = 'DeadlineExceeded';

  public constructor() {
    super('the time of the run was over');
  }
}

/** A moment at which reading ends, so that what was read can still be published. */
export class Deadline {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;

  public constructor(milliseconds: number) {
    this.timer = setTimeout(() => this.controller.abort(new DeadlineExceeded()), Math.max(0, milliseconds));
  }

  /** Ends requests when the time is over. */
  public get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** @throws DeadlineExceeded when the time is over first: a request that waits for its next attempt heeds no signal */
  public async race<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.signal.throwIfAborted();
    let stop: (() => void) | undefined;
    const over = new Promise<never>((_, reject) => {
      stop = () => reject(this.signal.reason as DeadlineExceeded);
      this.signal.addEventListener('abort', stop);
    });
    try {
      return await Promise.race([work(this.signal), over]);
    } finally {
      this.signal.removeEventListener('abort', stop!);
    }
  }

  public clear(): void {
    clearTimeout(this.timer);
  }
}
