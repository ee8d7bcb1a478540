import { IncomingMessage } from 'node:http';

/** Most bytes that are read of a body that is refused, and most milliseconds. */
const MOST_BYTES = 64 * 2 ** 20;
const MOST_MILLISECONDS = 10_000;

/**
 * Reads the rest of a body, and forgets it. A connection that is closed while its client still sends is reset, and the
 * client never sees why (RFC 9112, section 9.6).
 *
 * @returns settles when the body has ended, its client has gone, or is too much even to be forgotten
 */
export function discardBody(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let left = MOST_BYTES;
    const done = (): void => {
      clearTimeout(timer);
      request.off('data', count);
      resolve();
    };
    const count = (chunk: Buffer): void => {
      left -= chunk.length;
      if (left < 0) {
        done();
      }
    };
    const timer = setTimeout(done, MOST_MILLISECONDS);
    request.on('data', count).once('end', done).once('close', done);
    request.resume();
    if (request.readableEnded || request.destroyed) {
      done();
    }
  });
}
