import { ApiError } from '../errors/api-error';

/** A request's place in the queue. */
export interface Ticket {
  /** Settles when a slot is free for it. Rejects with the signal's reason when that is aborted before. */
  readonly ready: Promise<void>;
  /** Gives the slot back, or leaves the queue. May be called more than once. */
  leave(): void;
}

interface Waiting {
  readonly start: () => void;
}

/** Lets `slots` requests work at a time, and `maxQueued` wait in the order in which they came. */
export class Admission {
  private readonly queue: Waiting[] = [];
  private busy = 0;
  private meanSeconds = 1;

  public constructor(
    private readonly slots: number,
    private readonly maxQueued: number,
  ) {}

  /** Requests that have a slot. */
  public get working(): number {
    return this.busy;
  }

  /** Requests that wait for one. */
  public get queued(): number {
    return this.queue.length;
  }

  /**
   * Takes places, or none where there is no room for all of them.
   *
   * @param signal leaves the queue when it is aborted
   * @param count places, each of a slot by itself
   * @throws ApiError 503 with Retry-After when the queue has no room
   */
  public enter(signal: AbortSignal, count: number): readonly Ticket[] {
    const room = this.slots - this.busy + this.maxQueued - this.queue.length;
    if (count > room) {
      const state = `${this.busy} of ${this.slots} slots are at work, and ${this.queue.length} requests wait`;
      const message = `${state} where ${this.maxQueued} may; there is no room for ${count} more.`;
      throw ApiError.unavailable(message, 'queue_full', this.secondsUntilRoom());
    }
    return Array.from({ length: count }, () => this.wait(signal));
  }

  private wait(signal: AbortSignal): Ticket {
    let state: 'waiting' | 'working' | 'left' = 'waiting';
    let startedAt = 0;
    let waiting: Waiting | undefined;
    const leave = (): void => {
      if (state === 'working') {
        this.finish(startedAt);
      } else if (waiting) {
        this.queue.splice(this.queue.indexOf(waiting), 1);
      }
      state = 'left';
      waiting = undefined;
    };
    const ready = new Promise<void>((resolve, reject) => {
      const start = (): void => {
        state = 'working';
        waiting = undefined;
        startedAt = performance.now();
        this.busy += 1;
        resolve();
      };
      const abandon = (): void => {
        if (state === 'waiting') {
          leave();
          reject(signal.reason as Error);
        }
      };
      if (signal.aborted) {
        abandon();
      } else if (this.busy < this.slots) {
        start();
      } else {
        waiting = { start };
        this.queue.push(waiting);
        signal.addEventListener('abort', abandon, { once: true });
      }
    });
    // Whoever is still at work for the prompt asks for it later.
    ready.catch(() => undefined);
    return { ready, leave };
  }

  private finish(startedAt: number): void {
    const seconds = (performance.now() - startedAt) / 1000;
    this.meanSeconds += (seconds - this.meanSeconds) / 8;
    this.busy -= 1;
    this.queue.shift()?.start();
  }

  /** By how long requests took of late, 1 to 60 seconds. */
  private secondsUntilRoom(): number {
    const seconds = (this.meanSeconds * (this.queue.length + 1)) / this.slots;
    return Math.min(60, Math.max(1, Math.ceil(seconds)));
  }
}

/** Does what a request needs before its slots are at work; where that fails, its places go to others. */
export async function prepared<Result>(tickets: readonly Ticket[], work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    tickets.forEach((ticket) => ticket.leave());
    throw error;
  }
}
