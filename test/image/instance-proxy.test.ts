import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { Agent, createServer, IncomingMessage, request, RequestListener, Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { RuntimeOptions } from '../../lib';
import { contractFile, contractOf } from '../../lib/image/runtime/private/runtime-contract';
import { freePorts } from '../support/free-ports';
import { onInstance, runOnInstance, writeFiles } from '../support/on-instance';
import { useScratchDirectory } from '../support/scratch-directory';

const scratch = useScratchDirectory();

const HAPROXY = '/usr/sbin/haproxy';

/** As many processes as the machine of the tests has sets of cores. */
const PROCESSES = 3;

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** What a process of the runtime does; a path that begins with its health path is answered by `isReady`. */
class FakeProcess {
  public readonly paths: string[] = [];
  public readonly waiting: ServerResponse[] = [];
  public isReady = true;
  private server?: Server;

  public constructor(
    public readonly port: number,
    private readonly answer: RequestListener = (_, response) => response.end(`${port}`),
  ) {}

  public async start(): Promise<void> {
    this.server = createServer((incoming, response) => {
      if (incoming.url === '/health') {
        response.writeHead(this.isReady ? 200 : 503).end();
        return;
      }
      this.paths.push(incoming.url!);
      this.answer(incoming, response);
    });
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  public stop(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }
}

const cleanups: (() => void)[] = [];
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()));

/** The configuration as the instance writes it; only the processes' ports are moved, to free ones. */
function writeConfig(port: number, first: number, options: RuntimeOptions): string {
  const contract = JSON.parse(contractFile(contractOf({ ...options, port }))) as Record<string, unknown>;
  const root = writeFiles(scratch(), {
    'etc/graviton/runtime.json': JSON.stringify({ ...contract, firstProcessPort: first }),
    'sys/devices/system/cpu/online': `0-${16 * PROCESSES - 1}\n`,
  });
  const config = path.join(root, 'haproxy.cfg');
  expect(runOnInstance('proxy-config.py', [config, root])).toMatchObject({ status: 0, stderr: '' });
  return config;
}

interface Instance {
  readonly port: number;
  readonly processes: FakeProcess[];
  readonly proxy: ChildProcess;
}

async function startInstance(
  answer?: RequestListener,
  down: number[] = [],
  options: RuntimeOptions = {},
): Promise<Instance> {
  const first = await freePorts(PROCESSES + 1);
  const port = first + PROCESSES;
  const processes = Array.from({ length: PROCESSES }, (_, index) => new FakeProcess(first + index, answer));
  await Promise.all(processes.filter((_, index) => !down.includes(index)).map((process) => process.start()));
  const proxy = spawn(HAPROXY, ['-Ws', '-f', writeConfig(port, first, options)], { stdio: 'ignore' });
  cleanups.push(() => {
    proxy.kill('SIGTERM');
    processes.forEach((process) => process.stop());
  });
  await until(() => connects(port));
  return { port, processes, proxy };
}

async function connects(port: number): Promise<boolean> {
  const probe = request({ port, path: '/probe', method: 'OPTIONS', agent: false });
  probe.end();
  return once(probe, 'response').then(
    ([response]) => ((response as IncomingMessage).destroy(), true),
    () => false,
  );
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (await condition()) {
      return;
    }
    await sleep(50);
  }
  throw new Error('it never came true');
}

async function ask(port: number, url: string, method = 'GET'): Promise<Answer> {
  const outgoing = request({ port, path: url, method, agent: false });
  outgoing.end(method === 'POST' ? '{}' : undefined);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of response.setEncoding('utf8')) {
    body += chunk as string;
  }
  return { status: response.statusCode!, body };
}

const requestsTo = ({ processes }: Instance, prefix: string) =>
  processes.map(({ paths }) => paths.filter((url) => url.startsWith(prefix)).length);

describe('HAProxy on the instance', () => {
  test.each(['/ready', "/it's?a=b#c", '/"$HOME"\\x', '/100%'])(
    'asks each process on its health path, %s',
    async (path) => {
      const { processes } = await startInstance(undefined, [], { healthPath: path });
      await until(() => processes.every(({ paths }) => paths.includes(path)));
    },
  );

  test('passes each part of an answer on as it comes', async () => {
    const streams: ServerResponse[] = [];
    const { port } = await startInstance(
      (_, response) => streams.push(response.writeHead(200)) && response.write('one'),
    );
    streams.splice(0).forEach((stream) => stream.end());
    const outgoing = request({ port, path: '/stream', agent: false }).end();
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    // The process sends the second part only after the first has arrived: a buffer in between would wait forever.
    expect(String((await once(response, 'data'))[0])).toBe('one');
    streams[0].write('two');
    expect(String((await once(response, 'data'))[0])).toBe('two');
    streams[0].end();
    await once(response.resume(), 'end');
  });

  test('gives each request to the process with the fewest', async () => {
    const held: ServerResponse[] = [];
    const instance = await startInstance((incoming, response) =>
      incoming.url === '/held' ? held.push(response) : response.end(),
    );
    const answers = [];
    for (let count = 1; count <= 4 * PROCESSES; count += 1) {
      answers.push(ask(instance.port, '/held', 'POST'));
      await until(() => held.length === count);
    }
    expect(requestsTo(instance, '/held')).toEqual([4, 4, 4]);
    held.forEach((response) => response.end('done'));
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 200));
  });

  test('leaves out a process that is not there, without failing a request', async () => {
    const instance = await startInstance(undefined, [1]);
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(instance.port, '/generate', 'POST')));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    const [first, second, third] = requestsTo(instance, '/generate');
    expect({ second, sum: first + third }).toEqual({ second: 0, sum: 20 });
    // And takes it back.
    await instance.processes[1].start();
    await until(async () => {
      await ask(instance.port, '/again');
      return requestsTo(instance, '/again')[1] > 0;
    });
  });

  test('sends nothing to a process that loads, though it has the fewest requests', async () => {
    const instance = await startInstance();
    instance.processes[0].isReady = false;
    await until(async () => {
      const before = requestsTo(instance, '/wait')[0];
      await Promise.all(Array.from({ length: 6 }, () => ask(instance.port, '/wait')));
      return requestsTo(instance, '/wait')[0] === before;
    });
    await Promise.all(Array.from({ length: 12 }, () => ask(instance.port, '/generate', 'POST')));
    expect(requestsTo(instance, '/generate')[0]).toBe(0);
    expect(await ask(instance.port, '/health')).toMatchObject({ status: 200 });
  });

  test('answers 503 when no process is ready', async () => {
    const instance = await startInstance();
    instance.processes.forEach((process) => (process.isReady = false));
    await until(async () => (await ask(instance.port, '/generate')).status === 503);
    expect((await ask(instance.port, '/health')).status).toBe(503);
  });

  test('never asks twice for what a process has accepted', async () => {
    const instance = await startInstance((incoming, response) =>
      incoming.url === '/dies' ? incoming.socket.destroy() : response.end(),
    );
    expect((await ask(instance.port, '/dies', 'POST')).status).toBe(502);
    expect(requestsTo(instance, '/dies').reduce((sum, count) => sum + count)).toBe(1);
  });

  test('tells a process when its client has gone', async () => {
    let closed = 0;
    const { port } = await startInstance((incoming, response) => {
      if (incoming.url !== '/left') {
        response.end();
        return;
      }
      response.on('close', () => (closed += 1));
    });
    const outgoing = request({ port, path: '/left', agent: false });
    outgoing.on('error', () => undefined).end();
    await sleep(100);
    outgoing.destroy();
    await until(() => closed === 1);
  });

  test('keeps the connection of the load balancer, and none to a process that might close it', async () => {
    const toProcesses = new Set<Socket>();
    const { port } = await startInstance((incoming, response) => {
      toProcesses.add(incoming.socket);
      response.end();
    });
    toProcesses.clear();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    cleanups.push(() => agent.destroy());
    const reused = [];
    for (let index = 0; index < 4; index += 1) {
      const outgoing = request({ port, path: '/kept', agent }).end();
      const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
      await once(response.resume(), 'end');
      await sleep(10);
      reused.push(outgoing.reusedSocket);
    }
    expect(reused).toEqual([false, true, true, true]);
    expect(toProcesses.size).toBe(4);
  });

  test('finishes its requests when it is stopped, and takes no more', async () => {
    const held: ServerResponse[] = [];
    const { port, proxy } = await startInstance((incoming, response) =>
      incoming.url === '/held' ? held.push(response) : response.end(),
    );
    const answer = ask(port, '/held', 'POST');
    await until(() => held.length === 1);
    const unit = fs.readFileSync(onInstance('inference-proxy.service'), 'utf8');
    proxy.kill(/^KillSignal=(\w+)$/m.exec(unit)![1] as NodeJS.Signals);
    await until(async () => !(await connects(port)));
    expect(proxy.exitCode).toBeNull();
    held[0].end('finished');
    expect(await answer).toEqual({ status: 200, body: 'finished' });
    await until(() => proxy.exitCode !== null);
    const success = /^SuccessExitStatus=(\d+)$/m.exec(unit)![1];
    expect([0, Number(success)]).toContain(proxy.exitCode);
  });
});
