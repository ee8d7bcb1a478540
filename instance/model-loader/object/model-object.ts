import { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, HeadObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { configurationProblem } from '../../common/configuration-problem';
import { ModelConfiguration, uriOf } from '../model-configuration';
import { ByteRange } from '../ranges/byte-range';
import { ObjectChanged, statusOf } from './failures';
import { CHECKSUM_ALGORITHMS, ExpectedChecksum, ObjectFacts } from './object-facts';

/** The object in S3. It needs `s3:GetObject`, or `s3:GetObjectVersion` of a version, and `kms:Decrypt` of its key. */
export class ModelObject {
  public constructor(
    private readonly client: S3Client,
    private readonly configuration: ModelConfiguration,
  ) {}

  /**
   * @throws ConfigurationError when it is not what was configured
   * @throws Error of the SDK
   */
  public async facts(signal: AbortSignal): Promise<ObjectFacts> {
    const head = await this.head(signal);
    const { ETag: etag, ContentLength: bytes } = head;
    if (etag === undefined || bytes === undefined || bytes === 0) {
      throw this.problem(`${bytes ?? 'an unknown number of'} bytes`, 'a GGUF file');
    }
    if (this.configuration.bytes !== undefined && bytes !== this.configuration.bytes) {
      throw this.problem(`${bytes} bytes`, `the ${this.configuration.bytes} bytes that were configured`);
    }
    return { etag, bytes, checksum: await this.checksumOf(head, bytes, signal) };
  }

  /**
   * The bytes of a range, as they arrive.
   *
   * @throws ObjectChanged when the object is no longer the one with this ETag
   * @throws Error of the SDK
   */
  public async read({ start, end }: ByteRange, etag: string, signal: AbortSignal): Promise<Readable> {
    const request = new GetObjectCommand({ ...this.address, Range: `bytes=${start}-${end - 1}`, IfMatch: etag });
    try {
      const { Body: body, ETag: got } = await this.client.send(request, { abortSignal: signal });
      if (got !== undefined && got !== etag) {
        throw new ObjectChanged(`ETag ${got} instead of ${etag}`);
      }
      return body as Readable;
    } catch (error) {
      throw statusOf(error) === 412 ? new ObjectChanged(`no longer ${etag}`, { cause: error }) : error;
    }
  }

  private head(signal: AbortSignal, partNumber?: number): Promise<HeadObjectCommandOutput> {
    const request = new HeadObjectCommand({ ...this.address, ChecksumMode: 'ENABLED', PartNumber: partNumber });
    return this.client.send(request, { abortSignal: signal });
  }

  /**
   * A checksum of type COMPOSITE is made of the checksums of the parts in which the object was uploaded, so that it needs
   * their sizes. All but the last are equal in what AWS's own tools upload; only of those it is computed.
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html (read 2026-11-23)
   */
  private async checksumOf(
    head: HeadObjectCommandOutput,
    bytes: number,
    signal: AbortSignal,
  ): Promise<ExpectedChecksum | undefined> {
    const algorithm = CHECKSUM_ALGORITHMS.find((each) => head[`Checksum${each}`] !== undefined);
    if (algorithm === undefined) {
      return undefined;
    }
    const [value, parts] = head[`Checksum${algorithm}`]!.split('-');
    if (parts === undefined) {
      return { algorithm, value };
    }
    const { ContentLength: partBytes = 0, ETag: etag } = await this.head(signal, 1);
    const isEven = etag === head.ETag && partBytes > 0 && Math.ceil(bytes / partBytes) === Number(parts);
    return isEven ? { algorithm, value, partBytes } : undefined;
  }

  private get address() {
    const { bucket, key, versionId } = this.configuration;
    return { Bucket: bucket, Key: key, VersionId: versionId };
  }

  private problem(got: string, allowed: string): Error {
    const fix = 'upload the file again, or configure the one that is there';
    return configurationProblem({ what: uriOf(this.configuration), got, allowed, fix });
  }
}
