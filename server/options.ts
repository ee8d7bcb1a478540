/** How a server is run. */
export interface ServerOptions {
  /** Address on which it listens. @default 127.0.0.1 */
  readonly host?: string;
  /** TCP port; 0 takes a free one. @default 8080 */
  readonly port?: number;
  /** Requests that wait while all slots work, each choice of one by itself; further ones get 503 with Retry-After. @default 32 */
  readonly maxQueued?: number;
  /** Most tokens of an answer. @default what the context has room for */
  readonly maxTokens?: number;
  /** Most bytes of a request's body. @default 4 MiB */
  readonly maxBodyBytes?: number;
  /** Seconds without an event after which a stream gets a comment, also while its request waits. @default 15 */
  readonly keepAliveSeconds?: number;
  /** Seconds that a request may take, its wait included. @default 600 */
  readonly requestSeconds?: number;
  /** Seconds in which an engine at work must have taken a step. @default `requestSeconds`, but 60 or more */
  readonly stallSeconds?: number;
  /** Called once when it has not. Nothing else can end what its thread hangs in than the end of the process. @default nothing */
  readonly onStall?: () => void;
  /** Seconds that a drain waits for what was accepted before it is ended with an error. @default 600 */
  readonly drainSeconds?: number;
  /** Keys of which `/v1` asks for one. Never logged. @default none: every request is let in */
  readonly apiKeys?: readonly string[];
  /** Receives in a sentence what the model cannot do, though it is served. @default nothing */
  readonly onWarning?: (message: string) => void;
  /** Receives what failed without being a client's fault. Bodies and keys are no part of it. @default nothing */
  readonly onError?: (error: unknown) => void;
}

export type ResolvedServerOptions = Required<Omit<ServerOptions, 'maxTokens'>> & Pick<ServerOptions, 'maxTokens'>;

export function resolveServerOptions(options: ServerOptions): ResolvedServerOptions {
  return {
    host: '127.0.0.1',
    port: 8080,
    maxQueued: 32,
    maxBodyBytes: 4 * 2 ** 20,
    requestSeconds: 600,
    keepAliveSeconds: 15,
    drainSeconds: 600,
    apiKeys: [],
    stallSeconds: Math.max(60, options.requestSeconds ?? 600),
    onStall: () => undefined,
    onWarning: () => undefined,
    onError: () => undefined,
    ...options,
  };
}
