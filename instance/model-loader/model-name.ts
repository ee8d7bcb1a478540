import { createHash } from 'node:crypto';
import { ModelConfiguration } from './model-configuration';
import { ObjectFacts } from './object/object-facts';

/**
 * What a model's file is called: by its content where that was configured, else by the version of the object.
 *
 * @returns `undefined` while only S3 can say which object it is
 */
export function nameOf(
  { bucket, key, versionId, sha256 }: ModelConfiguration,
  facts?: ObjectFacts,
): string | undefined {
  if (sha256 !== undefined) {
    return sha256;
  }
  const version = versionId ?? facts?.etag;
  return version === undefined
    ? undefined
    : createHash('sha256')
        .update(JSON.stringify([bucket, key, versionId === undefined, version]))
        .digest('hex');
}
