import { IamAction } from './iam-actions';

/** Why AWS gave no answer. */
export enum RefusalReason {
  NO_CREDENTIALS = 'no credentials',
  BAD_CREDENTIALS = 'credentials that AWS does not accept',
  DENIED = 'permission denied',
  UNREACHABLE = 'no connection',
  THROTTLED = 'throttled',
  OTHER = 'an error',
}

/** The errors of the services by their names; each service has its own for the same thing. */
const REASONS: readonly (readonly [RegExp, RefusalReason])[] = [
  [/^CredentialsProviderError$|^TokenProviderError$/, RefusalReason.NO_CREDENTIALS],
  [
    /^(ExpiredToken\w*|RequestExpired|AuthFailure|UnrecognizedClient\w*|InvalidClientTokenId|InvalidSignature\w*|SignatureDoesNotMatch|IncompleteSignature\w*|OptInRequired)$/,
    RefusalReason.BAD_CREDENTIALS,
  ],
  [/^(UnauthorizedOperation|AccessDenied\w*|Client\.UnauthorizedOperation)$/, RefusalReason.DENIED],
  [/^(RequestLimitExceeded|Throttl\w+|TooManyRequests\w*|SlowDown)$/, RefusalReason.THROTTLED],
  [
    /^(TimeoutError|AbortError|ENOTFOUND|ECONN\w+|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPIPE)$/,
    RefusalReason.UNREACHABLE,
  ],
];

/**
 * AWS gave no answer to a request. The message never has the text of the service, which can name users, roles and
 * resources of the account.
 */
export class AwsRefusal extends Error {
  public static of(action: IamAction, region: string, error: unknown): AwsRefusal {
    const { name = 'Error', code } = error as { name?: string; code?: string };
    const reason = [code, name].map((text) => text && reasonOf(text)).find(Boolean);
    return new AwsRefusal(action, region, reason || RefusalReason.OTHER, code ?? name);
  }

  private constructor(
    public readonly action: IamAction,
    public readonly region: string,
    public readonly reason: RefusalReason,
    name: string,
  ) {
    super(`${action} in ${region}: got ${reason === RefusalReason.OTHER ? `the error ${name}` : reason}`);
  }

  /** What to do about it. */
  public get fix(): string {
    switch (this.reason) {
      case RefusalReason.NO_CREDENTIALS:
        return 'sign in (for example "aws sso login"), or set AWS_PROFILE';
      case RefusalReason.BAD_CREDENTIALS:
        return 'sign in again: the session may be over, or the region not be opened for the account';
      case RefusalReason.DENIED:
        return `allow ${this.action}: "graviton-fleet doctor --print-policy" prints the least IAM policy`;
      case RefusalReason.UNREACHABLE:
        return 'check the network and the name of the region; the AWS SDK does not read HTTPS_PROXY';
      case RefusalReason.THROTTLED:
        return 'wait, and try again: the account asks too much at the moment';
      case RefusalReason.OTHER:
        return 'try again; if it stays, ask with the AWS CLI';
    }
  }

  /** Whether the next request will fare the same. */
  public get isLasting(): boolean {
    return [RefusalReason.NO_CREDENTIALS, RefusalReason.BAD_CREDENTIALS, RefusalReason.UNREACHABLE].includes(
      this.reason,
    );
  }
}

function reasonOf(name: string): RefusalReason | undefined {
  return REASONS.find(([pattern]) => pattern.test(name))?.[1];
}
