import { createServer, IncomingMessage, Server } from 'node:http';
import { AddressInfo } from 'node:net';

/** A comment as GitHub or GitLab keeps it. */
export interface Comment {
  readonly id: number;
  readonly author: string;
  body: string;
}

interface Answer {
  readonly status: number;
  readonly answer: object;
  /** Address of the next page. */
  readonly next?: string;
}

/** How many comments a page has. */
const PAGE = 2;

/**
 * The comments of one pull request on GitHub (number 7 of octo-org/fleets) or merge request on GitLab (7 of project 5), on
 * loopback, in pages of two. Whoever calls is the bot.
 */
export class CommentServer {
  /** Starts a server on a free port. */
  public static async start(comments: Comment[]): Promise<CommentServer> {
    const server = new CommentServer(comments);
    await new Promise<void>((resolve) => server.server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  public readonly writes: string[] = [];
  private readonly server: Server;

  private constructor(public readonly comments: Comment[]) {
    this.server = createServer((request, response) => {
      void readBody(request).then((body) => {
        const { status, answer, next } = this.answer(request, body);
        const headers =
          next === undefined ? {} : { 'X-Next': next, 'X-Next-Page': new URL(next).searchParams.get('page')! };
        response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
        response.end(JSON.stringify(answer));
      });
    });
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public async stop(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer({ method, url, headers }: IncomingMessage, body: string): Answer {
    const { pathname, searchParams } = new URL(url ?? '', this.url);
    if (headers.authorization !== 'Bearer the-token' && headers['private-token'] !== 'the-token') {
      return { status: 401, answer: {} };
    }
    if (pathname === '/user') {
      return { status: 200, answer: { id: idOf('github-actions[bot]') } };
    }
    if (
      method === 'GET' &&
      /^\/(repos\/octo-org\/fleets\/issues\/7\/comments|projects\/5\/merge_requests\/7\/notes)$/.test(pathname)
    ) {
      return this.page(pathname, Number(searchParams.get('page') ?? 1));
    }
    return this.write(method ?? '', pathname, (JSON.parse(body) as { body: string }).body);
  }

  private page(pathname: string, page: number): Answer {
    const shown = this.comments.slice((page - 1) * PAGE, page * PAGE).map(({ id, author, body }) => ({
      ...{ id, body },
      user: { login: author },
      author: { id: idOf(author) },
    }));
    const next = this.comments.length > page * PAGE ? `${this.url}${pathname}?page=${page + 1}` : undefined;
    return { status: 200, answer: shown, next };
  }

  private write(method: string, pathname: string, body: string): Answer {
    this.writes.push(`${method} ${pathname}`);
    const creates = ['POST /repos/octo-org/fleets/issues/7/comments', 'POST /projects/5/merge_requests/7/notes'];
    const [, id] =
      /^(?:PATCH \/repos\/octo-org\/fleets\/issues\/comments|PUT \/projects\/5\/merge_requests\/7\/notes)\/(\d+)$/.exec(
        `${method} ${pathname}`,
      ) ?? [];
    const comment = this.comments.find((candidate) => `${candidate.id}` === id);
    if (comment !== undefined) {
      comment.body = body;
      return { status: 200, answer: {} };
    }
    if (!creates.includes(`${method} ${pathname}`)) {
      return { status: 404, answer: {} };
    }
    this.comments.push({ id: 1000 + this.comments.length, author: 'github-actions[bot]', body });
    return { status: 201, answer: {} };
  }
}

function idOf(author: string): number {
  return author === 'github-actions[bot]' ? 99 : 1;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
