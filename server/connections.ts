import { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

/**
 * Closes connections once nothing is answered on them. Node.js's `closeIdleConnections` leaves those on which no request
 * was ever sent, which load balancers and clients keep in store (https://nodejs.org/api/http.html, read 2026-11-23), and a
 * server would wait for them to the end of its patience.
 */
export class Connections {
  private readonly answering = new Map<Socket, Set<IncomingMessage>>();
  private closing = false;

  public constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.answering.set(socket, new Set());
      socket.once('close', () => this.answering.delete(socket));
    });
    // Before the application's own listener, which may answer at once.
    server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
      const { socket } = request;
      this.answering.get(socket)?.add(request);
      if (this.closing) {
        response.setHeader('connection', 'close');
      }
      response.once('close', () => this.answered(socket, request));
    });
  }

  /** Closes each connection as soon as nothing is answered on it. */
  public closeWhenIdle(): void {
    this.closing = true;
    for (const socket of this.answering.keys()) {
      this.closeIfIdle(socket);
    }
  }

  /**
   * Cuts connections whose clients have not sent the whole of their request. Node.js looks after them until a server closes,
   * and then no longer.
   */
  public cutUnreceived(): void {
    for (const [socket, requests] of this.answering) {
      if ([...requests].some(({ complete }) => !complete)) {
        socket.destroy();
      }
    }
  }

  private answered(socket: Socket, request: IncomingMessage): void {
    // An answer can end after its connection, which is forgotten by then.
    this.answering.get(socket)?.delete(request);
    if (this.closing) {
      this.closeIfIdle(socket);
    }
  }

  private closeIfIdle(socket: Socket): void {
    if (this.answering.get(socket)?.size === 0) {
      socket.destroySoon();
    }
  }
}
