import { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Milliseconds for which a server that closes takes connections that wait, if ever more come. */
const TAKE_MILLISECONDS = 1_000;

/** Milliseconds in which a new connection must be used once the server closes: its request is on the way. */
const LAST_REQUEST_MILLISECONDS = 1_000;

/** Milliseconds in which a request that was begun must have come once the server closes. */
const LAST_BODY_MILLISECONDS = 5_000;

/**
 * Closes connections once nothing is answered on them. Node.js's `closeIdleConnections` leaves those on which no request
 * was ever sent, which load balancers and clients keep in store (https://nodejs.org/api/http.html, read 2026-11-23), and a
 * server would wait for them to the end of its patience.
 */
export class Connections {
  private readonly answering = new Map<Socket, number>();
  private readonly receiving = new Set<IncomingMessage>();
  private readonly unused = new Set<Socket>();
  private made = 0;
  private closing = false;

  public constructor(private readonly server: Server) {
    server.on('connection', (socket: Socket) => {
      this.made += 1;
      this.answering.set(socket, 0);
      this.unused.add(socket);
      if (this.closing) {
        this.closeUnusedLater([socket]);
      }
      socket.once('close', () => {
        this.answering.delete(socket);
        this.unused.delete(socket);
      });
    });
    // Before the application's own listener, which may answer at once.
    server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
      const { socket } = request;
      this.unused.delete(socket);
      this.count(socket, 1);
      this.receiving.add(request);
      request.once('close', () => this.receiving.delete(request));
      if (this.closing) {
        response.setHeader('connection', 'close');
        this.cutUnfinishedLater([request]);
      }
      response.once('close', () => this.count(socket, -1));
    });
  }

  /**
   * Closes each connection as soon as nothing is answered on it. A proxy that makes one for each request has sent it by
   * then, though it was not read yet, and may not send it again: such a connection is waited for. A request that has not
   * come as a whole was not accepted: Node.js no longer looks at how long it takes once its server closes, and a client
   * that stands still would hold up the end for ever.
   */
  public closeWhenIdle(): void {
    this.closing = true;
    [...this.answering.keys()]
      .filter((socket) => !this.unused.has(socket))
      .forEach((socket) => this.closeIfIdle(socket));
    this.closeUnusedLater([...this.unused]);
    this.cutUnfinishedLater([...this.receiving]);
  }

  /**
   * Ends the listening, with the connections taken that the kernel has made. Node.js takes one in each turn of its loop
   * (libuv 1.46), and closing the server resets the others, whose clients have sent their requests by then.
   */
  public async stopListening(): Promise<void> {
    const deadline = performance.now() + TAKE_MILLISECONDS;
    // A turn that begins in the middle of the loop looks at no socket.
    for (let quiet = 0; quiet < 2 && performance.now() < deadline;) {
      const before = this.made;
      await nextTurn();
      quiet = this.made === before ? quiet + 1 : 0;
    }
    // At once: whoever connects after the last look is reset.
    this.server.close();
  }

  private closeUnusedLater(sockets: readonly Socket[]): void {
    const close = (): void =>
      sockets.filter((socket) => this.unused.has(socket)).forEach((socket) => this.closeIfIdle(socket));
    // A loop that stood still looks at timers before sockets, whose requests may have come long since.
    setTimeout(() => void nextTurn().then(close), LAST_REQUEST_MILLISECONDS).unref();
  }

  private cutUnfinishedLater(requests: readonly IncomingMessage[]): void {
    const cut = (): void =>
      requests.filter((request) => !request.complete).forEach((request) => void request.socket.destroy());
    setTimeout(cut, LAST_BODY_MILLISECONDS).unref();
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
