import * as http from 'node:http';
import { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What goes wrong with one answer. */
export type Fault =
  /** 503 SlowDown. */
  | 'throttled'
  /** The connection breaks in the middle of the body. */
  | 'dropped'
  /** A body that is whole for HTTP, and shorter than what was asked for. */
  | 'shortened'
  /** Half a body, and then silence; to HEAD silence. */
  | 'stalled'
  /** 403, without a body where the request was HEAD. */
  | 'refused';

/** An object of the bucket. */
export interface SimulatedObject {
  readonly content: Buffer;
  readonly etag: string;
  /** Headers such as `x-amz-checksum-sha256`, given when checksums are asked for. */
  readonly checksums?: Readonly<Record<string, string>>;
  /** Of an upload in parts. */
  readonly partBytes?: number;
}

/** A GET that was made. */
export interface RangeRequest {
  readonly start: number;
  readonly end: number;
  readonly ifMatch?: string;
}

/** S3 with one object, over HTTP, as far as a loader of models sees it. */
export class SimulatedS3 {
  public static async start(object?: SimulatedObject): Promise<SimulatedS3> {
    const s3 = new SimulatedS3(object);
    await new Promise<void>((resolve) => s3.server.listen(0, '127.0.0.1', resolve));
    s3.port = (s3.server.address() as AddressInfo).port;
    return s3;
  }

  public readonly gets: RangeRequest[] = [];
  public heads = 0;
  /** The most answers that were under way at the same time. */
  public mostAtOnce = 0;
  /** Decides about each answer. */
  public fault: (request: RangeRequest | 'head') => Fault | undefined = () => undefined;
  /** Waited for before each answer to a GET. */
  public gate: (request: RangeRequest) => Promise<void> = () => Promise.resolve();
  private port = 0;
  private underWay = 0;
  private readonly server = http.createServer((request, response) => void this.answer(request, response));

  private constructor(public object?: SimulatedObject) {}

  public get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    this.underWay += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.underWay);
    response.once('close', () => (this.underWay -= 1));
    if (request.method === 'HEAD') {
      this.heads += 1;
      this.head(request, response);
    } else {
      await this.get(request, response);
    }
  }

  private head(request: http.IncomingMessage, response: http.ServerResponse): void {
    const fault = this.fault('head');
    if (fault === 'stalled') {
      return;
    }
    if (fault === 'throttled' || fault === 'refused' || this.object === undefined) {
      response.writeHead(fault === 'throttled' ? 503 : fault === 'refused' ? 403 : 404).end();
      return;
    }
    const { content, etag, checksums = {}, partBytes = content.length } = this.object;
    const isOfPart = new URL(request.url!, this.endpoint).searchParams.has('partNumber');
    const wantsChecksum = request.headers['x-amz-checksum-mode'] === 'ENABLED' && !isOfPart;
    response
      .writeHead(200, {
        etag,
        'content-length': isOfPart ? Math.min(partBytes, content.length) : content.length,
        ...(wantsChecksum ? checksums : {}),
      })
      .end();
  }

  private async get(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const [, start, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')!;
    const range = { start: Number(start), end: Number(last) + 1, ifMatch: request.headers['if-match'] };
    this.gets.push(range);
    const fault = this.fault(range);
    await this.gate(range);
    if (fault === 'throttled' || fault === 'refused') {
      refuse(response, fault === 'throttled' ? [503, 'SlowDown'] : [403, 'AccessDenied']);
    } else if (this.object === undefined) {
      refuse(response, [404, 'NoSuchKey']);
    } else if (range.ifMatch !== this.object.etag) {
      refuse(response, [412, 'PreconditionFailed']);
    } else {
      await this.send(this.object, range, fault, response);
    }
  }

  private async send(
    { content, etag }: SimulatedObject,
    { start, end }: RangeRequest,
    fault: Fault | undefined,
    response: http.ServerResponse,
  ): Promise<void> {
    const body = content.subarray(start, end);
    const half = body.subarray(0, body.length >> 1);
    const length = fault === 'shortened' ? half.length : body.length;
    response.writeHead(206, {
      etag,
      'content-length': length,
      'content-range': `bytes ${start}-${start + length - 1}/${content.length}`,
    });
    response.write(half);
    if (fault === 'dropped') {
      await sleep(5);
      response.destroy();
    } else if (fault === 'shortened') {
      response.end();
    } else if (fault !== 'stalled') {
      response.end(body.subarray(half.length));
    }
  }
}

function refuse(response: http.ServerResponse, [status, code]: [number, string]): void {
  response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}
