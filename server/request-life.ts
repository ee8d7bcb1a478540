import { setMaxListeners } from 'node:events';
import { FastifyReply } from 'fastify';
import { ApiError } from './errors/api-error';

/** The status that the metrics give a request whose client went away; nginx's number. */
export const CLIENT_CLOSED_REQUEST = 499;

/** Milliseconds that a client has to read why its request was ended, before its connection is cut. */
const LAST_WORDS_MILLISECONDS = 2_000;

/** The client went away: nobody is left to be told. */
export class ClientGone extends Error {
  public constructor() {
    super('the client closed the connection');
    this.name = 'ClientGone';
  }
}

/** Ends the work for a request when its client goes away, its time is over, or the server stops. */
export class RequestLife {
  /** Milliseconds, of `performance.now()`. */
  public readonly began = performance.now();
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;

  public constructor(
    private readonly reply: FastifyReply,
    seconds: number,
  ) {
    // Each choice of an answer listens, in the queue and at work; Node.js takes more than 10 for a leak.
    setMaxListeners(0, this.signal);
    this.timer = setTimeout(() => this.end(ApiError.timedOut(seconds)), seconds * 1000);
    reply.raw.once('close', () => {
      clearTimeout(this.timer);
      this.controller.abort(new ClientGone());
    });
  }

  /** Aborted with what the client is to be told. */
  public get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Ends the work. A client that does not read would hold its connection for ever, and is cut off. */
  public end(reason: ApiError): void {
    this.controller.abort(reason);
    setTimeout(() => this.reply.raw.destroy(), LAST_WORDS_MILLISECONDS).unref();
  }
}
