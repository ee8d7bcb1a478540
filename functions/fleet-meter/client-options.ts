/** Writes nothing. */
const SILENT = { debug: nothing, warn: nothing, error: nothing };

/** Of both clients. */
export const CLIENT_OPTIONS = {
  // Full jitter between attempts, and fewer requests for as long as the service throttles: the account's other programs
  // have the same limit.
  retryMode: 'adaptive',
  maxAttempts: 10,
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 60_000 },
  // Without `info`, for which the SDK copies every answer before its default logger writes nothing: a sixth of the time.
  logger: SILENT as typeof SILENT & { info: () => void },
};

function nothing(): void {}
