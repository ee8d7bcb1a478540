import { isUtf8 } from 'node:buffer';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ResultConfiguration } from '../worker-configuration';
import { StoredResult } from './stored-result';

/** What a queue takes in one message unless it is told otherwise, less the other fields of the message of a result. */
const LONGEST_INLINE_BYTES = 262_144 - 1_024;

/** Puts big results into a bucket. It needs `s3:PutObject` below its prefix. */
export class ResultStore {
  public constructor(
    private readonly client: S3Client,
    private readonly configuration: ResultConfiguration,
  ) {}

  /**
   * Each attempt has a key of its own, so that no execution overwrites what another has completed; the ledger names the
   * one that counts.
   *
   * @throws Error when the result is too big for the queue and no bucket is configured
   */
  public async store(jobId: string, attempt: number, result: Buffer): Promise<StoredResult> {
    const { bucket, prefix, inlineBytes } = this.configuration;
    const inline = inlineForm(result);
    if (Buffer.byteLength(JSON.stringify(inline.body)) <= (bucket === undefined ? LONGEST_INLINE_BYTES : inlineBytes)) {
      return inline;
    }
    if (bucket === undefined) {
      throw new Error(`the result has ${result.length} bytes, which needs results.bucket`);
    }
    const key = `${prefix}${jobId}/${attempt}`;
    await this.client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: result }));
    return { bytes: result.length, bucket, key };
  }
}

function inlineForm(result: Buffer): StoredResult {
  const encoding = isUtf8(result) ? 'utf-8' : 'base64';
  return { bytes: result.length, body: result.toString(encoding), encoding };
}
