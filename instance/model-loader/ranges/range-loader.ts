import { createHash } from 'node:crypto';
import { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { ModelObject } from '../object/model-object';
import { Patience } from '../object/patience';
import { ByteRange } from './byte-range';
import { RangeJournal } from './range-journal';

/** How ranges are loaded. */
export interface RangeLoaderOptions {
  /**
   * Ranges at a time. S3 gives about 85 to 90 MB/s to each request, so that 16 can fill 10 Gbit/s:
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance-guidelines.html (read 2026-11-23).
   * Memory is what 16 connections buffer, a few MiB: a range goes to the disk as it arrives.
   *
   * @default 16
   */
  readonly concurrency?: number;
  /** Milliseconds without a byte, after which a range is asked for again. @default 15,000 */
  readonly stallMilliseconds?: number;
  /** Milliseconds that a range may take in all. @default 180,000 */
  readonly rangeMilliseconds?: number;
}

/** What the loader works with. */
export interface RangeLoaderParts {
  readonly object: ModelObject;
  readonly etag: string;
  readonly file: FileHandle;
  readonly journal: RangeJournal;
  readonly patience: Patience;
  /** Called with the bytes of each range that was loaded. */
  readonly onLoaded: (bytes: number) => void;
}

/** Loads ranges of an object into a file, several at a time and in any order. */
export class RangeLoader {
  private readonly options: Required<RangeLoaderOptions>;

  public constructor(
    private readonly parts: RangeLoaderParts,
    options: RangeLoaderOptions = {},
  ) {
    this.options = { concurrency: 16, stallMilliseconds: 15_000, rangeMilliseconds: 180_000, ...options };
  }

  /** @throws what one of the ranges ends with; then none is under way any more */
  public async load(ranges: readonly ByteRange[]): Promise<void> {
    const stop = new AbortController();
    const waiting = ranges.values();
    const lane = async (): Promise<void> => {
      for (const range of waiting) {
        await this.loadOne(range, stop.signal);
      }
    };
    const lanes = Array.from({ length: this.options.concurrency }, () =>
      lane().catch((error: unknown) => {
        stop.abort(error);
        throw error;
      }),
    );
    const results = await Promise.allSettled(lanes);
    if (results.some(({ status }) => status === 'rejected')) {
      throw stop.signal.reason;
    }
  }

  private async loadOne(range: ByteRange, stop: AbortSignal): Promise<void> {
    const { file, journal, patience, onLoaded } = this.parts;
    const digest = await patience.attempt(() => this.transfer(range, stop), stop);
    await journal.record(range.index, digest, file);
    onLoaded(range.end - range.start);
  }

  /** @returns the SHA-256 of what was received and written */
  private async transfer(range: ByteRange, stop: AbortSignal): Promise<string> {
    const { stallMilliseconds, rangeMilliseconds } = this.options;
    const stall = new AbortController();
    const silent = (): void => stall.abort(new Error(`no byte for ${stallMilliseconds} ms`));
    const timer = setTimeout(silent, stallMilliseconds);
    const signal = AbortSignal.any([stop, stall.signal, AbortSignal.timeout(rangeMilliseconds)]);
    try {
      const body = await this.parts.object.read(range, this.parts.etag, signal);
      return await this.write(body, range, signal, () => timer.refresh());
    } catch (error) {
      throw stall.signal.aborted ? stall.signal.reason : error;
    } finally {
      clearTimeout(timer);
    }
  }

  private async write(body: Readable, range: ByteRange, signal: AbortSignal, alive: () => void): Promise<string> {
    const end = (): unknown => body.destroy(signal.reason as Error);
    signal.addEventListener('abort', end);
    const hash = createHash('sha256');
    let position = range.start;
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        alive();
        if (position + chunk.length > range.end) {
          throw new Error(`more bytes than range ${range.index} has`);
        }
        hash.update(chunk);
        await this.parts.file.write(chunk, 0, chunk.length, position);
        position += chunk.length;
      }
    } finally {
      signal.removeEventListener('abort', end);
    }
    if (position !== range.end) {
      throw new Error(`${range.end - position} bytes of range ${range.index} are missing`);
    }
    return hash.digest('hex');
  }
}
