import { Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

/**
 * Closes connections once nothing is answered on them. Node.js's `closeIdleConnections` leaves those on which no request
 * was ever sent, which load balancers and clients keep in store (https://nodejs.org/api/http.html, read 2026-11-23), and a
 * server would wait for them to the end of its patience.
 */
export class Connections {
  private readonly answering = new Map<Socket, number>();
  private closing = false;

  public constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.answering.set(socket, 0);
      socket.once('close', () => this.answering.delete(socket));
    });
    // Before the application's own listener, which may answer at once.
    server.prependListener('request', ({ socket }: { socket: Socket }, response: ServerResponse) => {
      this.count(socket, 1);
      if (this.closing) {
        response.setHeader('connection', 'close');
      }
      response.once('close', () => this.count(socket, -1));
    });
  }

  /** Closes each connection as soon as nothing is answered on it. */
  public closeWhenIdle(): void {
    this.closing = true;
    for (const socket of this.answering.keys()) {
      this.closeIfIdle(socket);
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
