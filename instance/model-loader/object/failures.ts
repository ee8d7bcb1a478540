import { ConfigurationError } from '../../common/read-configuration';

/** The object is another one than when it was begun to be loaded. */
export class ObjectChanged extends Error {
  public override readonly name = 'ObjectChanged';
}

/**
 * What a failure asks for: to be tried again for ever; for some minutes, as long as permissions of a new role can take to
 * arrive; or not at all.
 */
export type FailureKind = 'transient' | 'refused' | 'final';

/** What trying again does not mend: the object is missing, or a delete marker, or in another region. */
const FINAL_STATUS = new Set([301, 404, 405]);

/**
 * S3 answers HEAD without a body, so that an expired token (400) cannot be told from a bad request; and who may not list
 * the bucket is refused (403) where an object is missing.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html (read 2026-11-23)
 */
const REFUSED_STATUS = new Set([400, 401, 403]);

/** Codes that a disk gives, and no network. */
const DISK_CODES = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS']);

/** @param error of the SDK, of the body's stream, or of the file */
export function kindOf(error: unknown): FailureKind {
  if (error instanceof ConfigurationError || error instanceof ObjectChanged || isOfDisk(error)) {
    return 'final';
  }
  const status = statusOf(error);
  if (status !== undefined && FINAL_STATUS.has(status)) {
    return 'final';
  }
  const refused = status !== undefined && REFUSED_STATUS.has(status) && !isMomentary(error);
  return refused || (error as Error).name === 'CredentialsProviderError' ? 'refused' : 'transient';
}

export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

function isOfDisk(error: unknown): boolean {
  return DISK_CODES.has((error as NodeJS.ErrnoException).code ?? '');
}

/** S3 answers 400 as well to a request whose connection was slow. */
function isMomentary(error: unknown): boolean {
  return (error as Error).name === 'RequestTimeout';
}
