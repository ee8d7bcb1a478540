/** Kinds of errors, as OpenAI's API names them. */
export type ApiErrorType = 'invalid_request_error' | 'authentication_error' | 'server_error' | 'rate_limit_error';

export interface ApiErrorOptions {
  readonly status: number;
  readonly type: ApiErrorType;
  /** For programs. @default none */
  readonly code?: string;
  /** The field of the request that is wrong. @default none */
  readonly param?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The body of an error, as OpenAI's clients read it. */
export interface ApiErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: ApiErrorType;
    readonly param: string | null;
    readonly code: string | null;
  };
}

/** What a client did wrong, or what the server cannot do now. Anything else that is thrown becomes a 500 without words. */
export class ApiError extends Error {
  /** A request that cannot be served as it is. */
  public static badRequest(message: string, param?: string, code?: string): ApiError {
    return new ApiError(message, { status: 400, type: 'invalid_request_error', param, code });
  }

  /** A request that may be served later. @param retryAfter seconds */
  public static unavailable(message: string, code: string, retryAfter: number): ApiError {
    const headers = { 'retry-after': String(retryAfter) };
    return new ApiError(message, { status: 503, type: 'server_error', code, headers });
  }

  public static timedOut(seconds: number): ApiError {
    const message = `The request took longer than the ${seconds} seconds that this server gives one.`;
    return new ApiError(message, { status: 504, type: 'server_error', code: 'request_timeout' });
  }

  public static internal(): ApiError {
    const message = 'The server failed to answer. The request may be sent again.';
    return new ApiError(message, { status: 500, type: 'server_error', code: 'internal_error' });
  }

  public constructor(
    message: string,
    private readonly options: ApiErrorOptions,
  ) {
    super(message);
    this.name = 'ApiError';
  }

  public get status(): number {
    return this.options.status;
  }

  public get headers(): Readonly<Record<string, string>> {
    return this.options.headers ?? {};
  }

  public get body(): ApiErrorBody {
    const { type, param = null, code = null } = this.options;
    return { error: { message: this.message, type, param, code } };
  }
}
