import * as fs from 'node:fs';

/** What is wrong with a file that was to be a model. */
export class ModelFileError extends Error {}

const WINDOW_BYTES = 1 << 20;

/** A header is mostly the vocabulary: about 10 MB for 150,000 tokens. Beyond this the file is no model. */
const HEADER_BYTES_MAX = 512 * 2 ** 20;

/** Reads numbers and texts from the beginning of a file that may hold anything, with bounded memory. */
export class HeaderCursor {
  private position = 0;
  private window = Buffer.alloc(0);
  private windowStart = 0;

  public constructor(
    private readonly file: number,
    /** Bytes of the file. */
    public readonly size: number,
  ) {}

  /** Bytes that were read or passed over. */
  public get at(): number {
    return this.position;
  }

  public skip(count: number): void {
    if (count > this.size - this.position) {
      throw new ModelFileError('a file that ends inside its header');
    }
    this.position += count;
    if (this.position > HEADER_BYTES_MAX) {
      throw new ModelFileError(`a header of more than ${HEADER_BYTES_MAX / 2 ** 20} MiB`);
    }
  }

  public uint32(): number {
    return this.take(4).readUInt32LE();
  }

  /** A count, length or offset; no file has any above 2^53. */
  public uint64(): number {
    const value = Number(this.take(8).readBigUInt64LE());
    if (!Number.isSafeInteger(value)) {
      throw new ModelFileError('a length of more than 2^53 in its header');
    }
    return value;
  }

  public take(count: number): Buffer {
    const start = this.position;
    this.skip(count);
    const offset = start - this.windowStart;
    if (offset < 0 || offset + count > this.window.length) {
      this.window = Buffer.alloc(Math.min(Math.max(count, WINDOW_BYTES), this.size - start));
      this.windowStart = start;
      const read = fs.readSync(this.file, this.window, 0, this.window.length, start);
      if (read < count) {
        throw new ModelFileError('a file that became shorter while it was read');
      }
      this.window = this.window.subarray(0, read);
      return this.window.subarray(0, count);
    }
    return this.window.subarray(offset, offset + count);
  }

  /** A text of at most so many bytes. */
  public text(most: number): string {
    const length = this.uint64();
    if (length > most) {
      throw new ModelFileError(`a name of ${length} bytes in its header`);
    }
    return this.take(length).toString('utf8');
  }
}
