import * as http from 'node:http';
import { Job } from '../jobs/job';
import { ServerHandlerConfiguration } from '../worker-configuration';
import { JobHandler } from './job-handler';

/**
 * Posts each job to a server on this instance. `fetch` would give up on a server that thinks for more than five minutes
 * before its first byte, hence `node:http`. Each job has a connection of its own: a server may close one that is idle just
 * as a job comes in on it, and the job would fail for that.
 */
export class ServerHandler implements JobHandler {
  public constructor(
    private readonly configuration: ServerHandlerConfiguration,
    private readonly maximumBytes: number,
  ) {}

  public run(job: Job, attempt: number, signal: AbortSignal): Promise<Buffer> {
    const timeout = AbortSignal.timeout(this.configuration.timeoutSeconds * 1000);
    const headers = {
      'Content-Type': 'application/octet-stream',
      'Content-Length': Buffer.byteLength(job.body),
      'X-Job-Id': job.id,
      'X-Job-Attempt': String(attempt),
    };
    const either = AbortSignal.any([signal, timeout]);
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => reject(either.aborted ? abortReason(signal, this.configuration) : error);
      const request = http.request(
        this.configuration.url,
        { method: 'POST', headers, agent: false, signal: either },
        (response) => {
          this.read(response).then(resolve, fail);
        },
      );
      request.once('error', fail);
      request.end(job.body);
    });
  }

  private async read(response: http.IncomingMessage): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > this.maximumBytes) {
        throw new Error(`its result has more than ${this.maximumBytes} bytes`);
      }
      chunks.push(chunk);
    }
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 299) {
      throw new Error(`HTTP status ${status}`);
    }
    return Buffer.concat(chunks);
  }
}

function abortReason(signal: AbortSignal, { timeoutSeconds }: ServerHandlerConfiguration): Error {
  return signal.aborted ? (signal.reason as Error) : new Error(`it took longer than ${timeoutSeconds} s`);
}
