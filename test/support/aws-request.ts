import * as http from 'node:http';
import * as zlib from 'node:zlib';

/** A call of an AWS SDK: of a service that speaks JSON, which has a target, or of EC2's query protocol. */
export interface AwsRequest {
  readonly action: string;
  /** Nothing for the query protocol. */
  readonly target?: string;
  /** Empty for services that speak JSON. */
  readonly query: URLSearchParams;
  readonly body: string;
}

/** Reads a call to its end. */
export async function readAwsRequest(request: http.IncomingMessage): Promise<AwsRequest> {
  const raw = Buffer.concat(await request.toArray());
  const body = (request.headers['content-encoding'] === 'gzip' ? zlib.gunzipSync(raw) : raw).toString('utf8');
  const target = request.headers['x-amz-target'] as string | undefined;
  const query = new URLSearchParams(target === undefined ? body : '');
  return { action: target?.split('.')[1] ?? query.get('Action')!, target, query, body };
}
