import { LocalAws } from '../../../scripts/local-aws/local-aws';
import { ObjectStore, splitObjectUrl } from './object-store';

/** The objects that the real CDK CLI uploaded to the local AWS. */
export class LocalAwsObjects implements ObjectStore {
  public constructor(private readonly localAws: LocalAws) {}

  public async get(url: string): Promise<Buffer> {
    const { bucket, key } = splitObjectUrl(url);
    const response = await fetch(`${this.localAws.endpoint}/${bucket}/${key}`);
    if (!response.ok) {
      throw new Error(`${url}: the local AWS answered ${response.status}`);
    }
    return Buffer.from(await response.arrayBuffer());
  }
}
