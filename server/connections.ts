import { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

/** Milliseconds in which a request that was begun must have come when the server closes. */
const LAST_BODY_MILLISECONDS = 5_000;

/**
 * Closes connections once nothing is answered on them. Node.js's `closeIdleConnections` leaves those on which no request
 * was ever sent, which load balancers and clients keep in store (https://nodejs.org/api/http.html, read 2026-11-23), and a
 * server would wait for them to the end of its patience.
 */
export class Connections {
  private readonly answering = new Map<Socket, number>();
  private readonly receiving = new Set<IncomingMessage>();
  private closing = false;

  public constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.answering.set(socket, 0);
      socket.once('close', () => this.answering.delete(socket));
    });
    // Before the application's own listener, which may answer at once.
    server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
      const { socket } = request;
      this.count(socket, 1);
      this.receiving.add(request);
      request.once('close', () => this.receiving.delete(request));
      if (this.closing) {
        response.setHeader('connection', 'close');
      }
      response.once('close', () => this.count(socket, -1));
    });
  }

  /**
   * Closes each connection as soon as nothing is answered on it. A request that has not come as a whole was not accepted:
   * Node.js no longer looks at how long it takes once its server closes, and a client that stands still would hold up the
   * end for ever.
   */
  public closeWhenIdle(): void {
    this.closing = true;
    setTimeout(() => this.cutUnfinished(), LAST_BODY_MILLISECONDS).unref();
    for (const socket of this.answering.keys()) {
      this.closeIfIdle(socket);
    }
  }

  private cutUnfinished(): void {
    for (const request of this.receiving) {
      if (!request.complete) {
        request.socket.destroy();
      }
    }
  }

  private count(socket: Socket, change: number): void {
    const before = this.answering.get(socket);
    // An answer can end after its connection, which is forgotten by then.
    if (before !== undefined) {
      this.answering.set(socket, before + change);
    }
    if (this.closing) {
      this.closeIfIdle(socket);
    }
  }

  private closeIfIdle(socket: Socket): void {
    if (this.answering.get(socket) === 0) {
      socket.destroySoon();
    }
  }
}
