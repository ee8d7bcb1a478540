import * as fs from 'node:fs';
import { FileHandle, open } from 'node:fs/promises';

/** Which file the ranges are of. */
export interface JournalHeader {
  readonly etag: string;
  readonly bytes: number;
  readonly rangeBytes: number;
}

const SCHEMA_VERSION = 1;

/** A range that was written, and the SHA-256 of what was received for it. */
const ENTRY = /^(\d+) ([0-9a-f]{64})$/;

/**
 * Which ranges of a file are on the disk, with their digests, in a file of lines beside it. A power failure can leave a
 * range in the journal and not on the disk, or half a line: so a digest counts for nothing until the range was read.
 */
export class RangeJournal {
  /** Opens a journal, a new one when there is none or it is of another file. */
  public static async open(file: string, header: JournalHeader): Promise<RangeJournal> {
    const lines = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n') : [];
    const first = JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...header });
    const isSame = lines[0] === first;
    const handle = await open(file, isSame ? 'a' : 'w', 0o600);
    // The line break ends what a power failure may have left of a line.
    await handle.appendFile(isSame ? '\n' : `${first}\n`);
    const entries = (isSame ? lines : []).flatMap((line) => {
      const [, index, digest] = ENTRY.exec(line) ?? [];
      return index === undefined ? [] : [[Number(index), digest] as const];
    });
    return new RangeJournal(handle, new Map(entries));
  }

  private pending: string[] = [];
  private flushing?: Promise<void>;

  private constructor(
    private readonly handle: FileHandle,
    /** The digest of each range that was written, by its index. */
    public readonly digests: Map<number, string>,
  ) {}

  /**
   * Notes a range that was written to a file. Ranges that end while others are brought to the disk go there together.
   *
   * @returns when both the range and the note are on the disk
   */
  public record(index: number, digest: string, file: FileHandle): Promise<void> {
    this.digests.set(index, digest);
    this.pending.push(`${index} ${digest}\n`);
    this.flushing ??= this.flush(file);
    return this.flushing;
  }

  public close(): Promise<void> {
    return this.handle.close();
  }

  private async flush(file: FileHandle): Promise<void> {
    try {
      while (this.pending.length > 0) {
        const lines = this.pending.splice(0);
        await file.datasync();
        await this.handle.appendFile(lines.join(''));
        await this.handle.datasync();
      }
    } finally {
      // At once, lest what comes next waits for a flush that is over.
      this.flushing = undefined;
    }
  }
}
