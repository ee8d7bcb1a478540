import * as fs from 'node:fs';
import * as http from 'node:http';
import { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What was really done of a job, as the programs that did it say themselves. */
export interface Executions {
  /** The attempts that were started, in any order. */
  readonly started: readonly number[];
  /** How many of them came to their end. */
  readonly ended: number;
}

/**
 * What is really done, by whatever handler, written down apart from the agents. A job's body is how long it takes, in
 * seconds; its result is its name.
 */
export class ExecutionLog {
  public static async open(file: string): Promise<ExecutionLog> {
    fs.writeFileSync(file, '');
    const log = new ExecutionLog(file);
    await new Promise<void>((resolve) => log.server.listen(0, '127.0.0.1', resolve));
    return log;
  }

  private readonly sockets = new Set<http.ServerResponse>();
  private readonly server = http.createServer((request, response) => void this.serve(request, response));

  private constructor(private readonly file: string) {}

  /** A handler that is started for each job. */
  public get programHandler(): object {
    const work = 'read -r seconds; [ "$seconds" = 0 ] || sleep "$seconds"';
    const line = (event: string) => `echo "${event} $JOB_ID $JOB_ATTEMPT" >> "$EXECUTION_LOG"`;
    const script = `${line('start')}; ${work}; ${line('end')}; printf %s "$JOB_ID"`;
    return { program: { command: ['/bin/sh', '-c', script], environment: { EXECUTION_LOG: this.file } } };
  }

  /** A handler that serves all jobs. */
  public get serverHandler(): object {
    return { server: { url: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/` } };
  }

  /** Breaks a request that the server has under way. @returns whether there was one */
  public breakRequest(): boolean {
    const [response] = this.sockets;
    response?.destroy();
    return this.sockets.delete(response);
  }

  public read(): Map<string, Executions> {
    const executions = new Map<string, { started: number[]; ended: number }>();
    for (const line of fs.readFileSync(this.file, 'utf8').trim().split('\n')) {
      const [event, jobId, attempt] = line.split(' ');
      const entry = executions.get(jobId) ?? { started: [], ended: 0 };
      executions.set(jobId, entry);
      if (event === 'start') {
        entry.started.push(Number(attempt));
      } else {
        entry.ended += 1;
      }
    }
    return executions;
  }

  public async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const job = `${String(request.headers['x-job-id'])} ${String(request.headers['x-job-attempt'])}`;
    const seconds = Number(Buffer.concat((await request.toArray().catch(() => [])) as Buffer[]).toString());
    fs.appendFileSync(this.file, `start ${job}\n`);
    this.sockets.add(response);
    response.once('close', () => this.sockets.delete(response));
    await sleep(seconds * 1000);
    if (!response.destroyed) {
      fs.appendFileSync(this.file, `end ${job}\n`);
      response.end(job.split(' ')[0]);
    }
  }
}
