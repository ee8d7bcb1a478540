import { setTimeout as sleep } from 'node:timers/promises';
import { configurationProblem } from '../../common/configuration-problem';
import { JsonLog, reasonOf } from '../../common/json-log';
import { kindOf, ObjectChanged, statusOf } from './failures';

/** How long things may take, in milliseconds. */
export interface PatienceOptions {
  /** Upper bound of the first pause; it doubles from pause to pause. @default 200 */
  readonly firstPause?: number;
  /** Upper bound of all pauses. @default 20,000 */
  readonly longestPause?: number;
  /** How long S3 may refuse access before that is taken as meant. @default 300,000 */
  readonly refusal?: number;
  /** The least time between two lines of the log about failures. @default 30,000 */
  readonly silence?: number;
}

/**
 * Tries again what failed, after random pauses, so that a fleet that boots together does not knock together.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html (read 2026-11-23)
 */
export class Patience {
  private readonly options: Required<PatienceOptions>;
  private refusedSince?: number;
  private silentUntil = 0;
  private count = 0;

  public constructor(
    /** What is loaded, in messages. */
    private readonly uri: string,
    private readonly log: JsonLog,
    options: PatienceOptions = {},
  ) {
    this.options = { firstPause: 200, longestPause: 20_000, refusal: 300_000, silence: 30_000, ...options };
  }

  /** How often something was tried again. */
  public get retries(): number {
    return this.count;
  }

  /**
   * @param signal ends the attempts; by default nothing does
   * @throws ConfigurationError when trying again does not help
   * @throws ObjectChanged, and what the disk says, as they come
   */
  public async attempt<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (let pause = this.options.firstPause; ; pause = Math.min(2 * pause, this.options.longestPause)) {
      try {
        const result = await work();
        this.refusedSince = undefined;
        return result;
      } catch (error) {
        signal?.throwIfAborted();
        this.giveUp(error);
        this.say(error);
      }
      await sleep(Math.random() * pause, undefined, { signal });
      this.count += 1;
    }
  }

  private giveUp(error: unknown): void {
    const kind = kindOf(error);
    if (kind === 'final') {
      throw this.finalError(error);
    }
    if (kind === 'refused') {
      this.refusedSince ??= Date.now();
      if (Date.now() - this.refusedSince >= this.options.refusal) {
        throw this.finalError(error);
      }
    }
  }

  private finalError(error: unknown): Error {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      const fix = 'give the instance a larger root volume, or a type with an instance store';
      return configurationProblem({ what: 'disk', got: 'no space left', allowed: 'room for the model', fix });
    }
    const status = statusOf(error);
    if (status === undefined || error instanceof ObjectChanged) {
      return error as Error;
    }
    const fix =
      status === 404 || status === 405
        ? 'upload it, or configure a key and version that exist'
        : 'let the role of the instance read it (s3:GetObject, s3:GetObjectVersion for a version, kms:Decrypt for its key, s3:ListBucket to be told of a missing key), and configure the region of the bucket';
    return configurationProblem({ what: this.uri, got: `HTTP status ${status}`, allowed: 'an object to read', fix });
  }

  private say(error: unknown): void {
    if (Date.now() >= this.silentUntil) {
      this.silentUntil = Date.now() + this.options.silence;
      this.log.warn('tried-again', { reason: reasonOf(error), retries: this.count });
    }
  }
}
