import * as http from 'node:http';
import { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { ProgramHandler } from '../../instance/worker-agent/handlers/program-handler';
import { ServerHandler } from '../../instance/worker-agent/handlers/server-handler';
import { Job } from '../../instance/worker-agent/jobs/job';

const job: Job = { id: 'job', body: 'x', receiptHandle: 'r', deliveries: 1 };
const never = new AbortController().signal;

describe('a program', () => {
  test('that leaves a process of its own behind, with its output open, does not keep its slot', async () => {
    const command = ['/bin/sh', '-c', 'setsid sleep 5 2>/dev/null & sleep 20'];
    const configuration = { command, isolation: 'process', environment: {}, unitProperties: [], timeoutSeconds: 0.5 };
    const started = Date.now();
    const run = new ProgramHandler({ ...configuration, isolation: 'process' }, 1000).run(job, 1, never);
    await expect(run).rejects.toThrow('it took longer than 0.5 s');
    expect(Date.now() - started).toBeLessThan(4_500);
  });
});

describe('a server', () => {
  test('that closes a connection which it said it would keep loses no job', async () => {
    const served = new WeakSet();
    const server = http.createServer((request, response) => {
      if (served.has(request.socket)) {
        request.socket.destroy();
      } else {
        served.add(request.socket);
        response.end('done');
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/run`;
    const handler = new ServerHandler({ url, timeoutSeconds: 10 }, 1000);
    const results: string[] = [];
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      results.push((await handler.run(job, attempt, never)).toString());
    }
    expect(results).toEqual(['done', 'done', 'done']);
    server.closeAllConnections();
    server.close();
  });
});
