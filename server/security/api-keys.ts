import { createHash, timingSafeEqual } from 'node:crypto';
import { ApiError } from '../errors/api-error';

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** The keys that requests may carry. Only their digests are kept. */
export class ApiKeys {
  private digests: readonly Buffer[];

  /** @param keys none: every request is let in */
  public constructor(keys: readonly string[]) {
    this.digests = keys.map(digest);
  }

  /**
   * From the next request on these are let in, and no others. Answers under way are finished.
   *
   * @throws Error for none: a server that was locked must not open
   */
  public replace(keys: readonly string[]): void {
    if (keys.length === 0) {
      throw new Error('There must be an API key.');
    }
    this.digests = keys.map(digest);
  }

  /**
   * Looks at the Authorization header of a request.
   *
   * @throws ApiError 401 when it has none of the keys
   */
  public check(authorization: string | undefined): void {
    if (this.digests.length === 0) {
      return;
    }
    const [, key] = /^Bearer\s+(\S+)$/i.exec(authorization ?? '') ?? [];
    const got = digest(key ?? '');
    // Every key is compared, so that time tells nothing of which was nearest.
    const matches = this.digests.filter((known) => timingSafeEqual(known, got));
    if (key === undefined || matches.length === 0) {
      throw new ApiError('The Authorization header has no API key that this server knows.', {
        status: 401,
        type: 'authentication_error',
        code: 'invalid_api_key',
        headers: { 'www-authenticate': 'Bearer' },
      });
    }
  }
}
