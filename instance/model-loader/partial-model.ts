import { constants } from 'node:fs';
import { FileHandle, open } from 'node:fs/promises';
import { configurationProblem } from '../common/configuration-problem';
import { LoadParts } from './load-model';
import { uriOf } from './model-configuration';
import { ExpectedChecksum, ObjectFacts } from './object/object-facts';
import { Patience } from './object/patience';
import { ProgressLog } from './progress-log';
import { ByteRange, rangesOf } from './ranges/byte-range';
import { RangeJournal } from './ranges/range-journal';
import { RangeLoader } from './ranges/range-loader';
import { ModelDirectory } from './storage/model-directory';
import { checksumOf, sha256Of } from './verification/checksum';

/**
 * Of 8 to 16 MB, as S3 recommends for requests in parallel; what a kill loses of each is little.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance-guidelines.html (read 2026-11-23)
 */
const RANGE_BYTES = 16 * 2 ** 20;

/** Loads of ranges that the disk did not keep. */
const ROUNDS = 3;

/** A model of which a part, or nothing yet, is on the disk. */
export class PartialModel {
  private readonly ranges: readonly ByteRange[];
  private readonly rangeBytes: number;

  public constructor(
    private readonly directory: ModelDirectory,
    private readonly facts: ObjectFacts,
    private readonly parts: Omit<LoadParts, 'patience'> & { readonly patience: Patience },
  ) {
    this.rangeBytes = parts.loader?.rangeBytes ?? RANGE_BYTES;
    this.ranges = rangesOf(facts.bytes, this.rangeBytes);
  }

  /**
   * Loads what is missing, verifies all of it, and gives it the model's name.
   *
   * @throws ConfigurationError when it has another checksum than was configured
   * @throws ObjectChanged when the object is another one by now; nothing is left of the old one
   */
  public async complete(): Promise<void> {
    const { etag, bytes } = this.facts;
    const journal = await RangeJournal.open(this.directory.ranges, { etag, bytes, rangeBytes: this.rangeBytes });
    const file = await open(this.directory.partial, constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      await file.truncate(bytes);
      const missing = await this.missingRanges(file, journal);
      if (missing.length < this.ranges.length) {
        this.parts.log.info('resumed', { ranges: this.ranges.length, missing: missing.length });
      }
      await this.loadUntilVerified(missing, file, journal);
      await file.sync();
      await this.directory.commit();
    } finally {
      await file.close();
      await journal.close();
    }
  }

  /** @throws Error when the disk keeps giving something else than was written */
  private async loadUntilVerified(
    missing: readonly ByteRange[],
    file: FileHandle,
    journal: RangeJournal,
  ): Promise<void> {
    for (let round = 1; round <= ROUNDS; round += 1) {
      await this.load(missing, file, journal);
      if (await this.isVerified(file)) {
        return;
      }
      missing = await this.damagedRanges(file, journal);
    }
    throw new Error(
      `${this.directory.partial}: ${missing.length} ranges differ from what was written, again and again`,
    );
  }

  /** Only what the journal has, and the disk really has, need not be loaded. */
  private async missingRanges(file: FileHandle, journal: RangeJournal): Promise<ByteRange[]> {
    const missing: ByteRange[] = [];
    for (const range of this.ranges) {
      const digest = journal.digests.get(range.index);
      if (digest === undefined || (await sha256Of(file, range.start, range.end)) !== digest) {
        missing.push(range);
      }
    }
    return missing;
  }

  private async load(missing: readonly ByteRange[], file: FileHandle, journal: RangeJournal): Promise<void> {
    const { object, patience, log } = this.parts;
    const progress = new ProgressLog(log, this.facts.bytes, bytesOf(missing), patience);
    const onLoaded = (bytes: number): void => progress.add(bytes);
    try {
      const loader = { object, etag: this.facts.etag, file, journal, patience, onLoaded };
      await new RangeLoader(loader, this.parts.loader).load(missing);
    } finally {
      progress.end();
    }
  }

  /** @returns false when the file differs from its checksum */
  private async isVerified(file: FileHandle): Promise<boolean> {
    const expected = this.expected;
    if (expected === undefined) {
      this.parts.log.warn('not-verified', { reason: 'neither configured nor kept by S3 is a checksum to compute' });
      return true;
    }
    const began = performance.now();
    const got = await checksumOf(file, this.facts.bytes, expected);
    const seconds = Math.round(performance.now() - began) / 1000;
    if (got === expected.value) {
      this.parts.log.info('verified', { algorithm: expected.algorithm, seconds });
      return true;
    }
    this.parts.log.error('checksum-differs', { algorithm: expected.algorithm, got, expected: expected.value });
    return false;
  }

  /** @throws ConfigurationError when the disk has what S3 gave: then the checksum is of something else */
  private async damagedRanges(file: FileHandle, journal: RangeJournal): Promise<ByteRange[]> {
    const damaged = await this.missingRanges(file, journal);
    if (damaged.length > 0) {
      return damaged;
    }
    this.directory.removePartial();
    const { sha256 } = this.parts.configuration;
    if (sha256 === undefined) {
      throw new Error(`${uriOf(this.parts.configuration)}: what S3 gave differs from the checksum that S3 keeps`);
    }
    throw configurationProblem({
      what: `SHA-256 of ${uriOf(this.parts.configuration)}`,
      got: await sha256Of(file, 0, this.facts.bytes),
      allowed: sha256,
      fix: 'configure the SHA-256 of this file, or upload the file that it is of',
    });
  }

  private get expected(): ExpectedChecksum | undefined {
    const { sha256 } = this.parts.configuration;
    return sha256 === undefined
      ? this.facts.checksum
      : { algorithm: 'SHA256', value: Buffer.from(sha256, 'hex').toString('base64') };
  }
}

function bytesOf(ranges: readonly ByteRange[]): number {
  return ranges.reduce((sum, { start, end }) => sum + end - start, 0);
}
