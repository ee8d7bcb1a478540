import { ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { Arm64Instance } from '../../../scripts/arm64-root/arm64-instance';
import { requirePrivileged } from '../../../scripts/arm64-root/privileged-program';
import { BootOutcome } from './boot';

/** Of `stand-ins/lib/doors.py`. */
const DOORS = '/var/lib/stand-ins/doors';
const LIVE = '/usr/share/stand-ins/lib/live';

/** The longest that an instance goes on, should nobody end it. */
const LIFETIME_SECONDS = 600;

/** Which ports of the loopback lead where. */
export interface Ports {
  /** Ports of this machine that the instance reaches by the same number on its own loopback. */
  readonly outside: readonly number[];
  /** Ports of the instance that `urlOf` leads to. */
  readonly inside: readonly number[];
}

/** How a service of the instance ended. */
export interface StoppedService {
  readonly unit: string;
  /** Its exit status, or the number of a signal below zero. */
  readonly status: number;
  /** Whether that was before systemd would have killed it. */
  readonly inTime: boolean;
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** An instance that goes on running: what `stand-ins/lib/live` plays. It has no network but the ports that are given. */
export class LiveInstance {
  /** Starts it; nothing of it runs before `boot()`. */
  public static async start(instance: Arm64Instance, { outside, inside }: Ports): Promise<LiveInstance> {
    const doors = path.join(instance.directory, DOORS);
    // Whoever tests may be another user than the one that the instance's files belong to.
    await requirePrivileged('mkdir', ['--parents', '--mode=1777', doors]);
    const servers = await Promise.all(outside.map((port) => join(path.join(doors, `${port}`), { port })));
    const entries = await Promise.all(inside.map((port) => join(0, { path: path.join(doors, `${port}`) })));
    const ports = [...outside.map((port) => `out:${port}`), ...inside.map((port) => `in:${port}`)];
    const program = instance.start([LIVE, ...ports], LIFETIME_SECONDS);
    const reached = entries.map((server, index) => [inside[index], portOf(server)] as const);
    return new LiveInstance(program, [...servers, ...entries], new Map(reached));
  }

  private readonly waiting = new Map<number, Waiting>();
  private count = 0;
  private errors = '';
  private readonly ended: Promise<void>;

  private constructor(
    private readonly program: ChildProcess,
    private readonly servers: readonly net.Server[],
    private readonly reached: ReadonlyMap<number, number>,
  ) {
    this.program.stderr!.setEncoding('utf8').on('data', (text: string) => (this.errors += text));
    createInterface(this.program.stdout!).on('line', (line) => this.take(line));
    this.ended = new Promise((resolve) => this.program.once('close', () => resolve()));
    void this.ended.then(() => {
      this.waiting.forEach(({ reject }) => reject(new Error(`the instance has ended: ${this.errors.slice(-3000)}`)));
    });
  }

  /** Boots it, and runs its services. */
  public boot(): Promise<BootOutcome> {
    return this.ask('boot') as Promise<BootOutcome>;
  }

  /** Ends a service, or all that is part of a target, as systemd does when the machine stops. */
  public stop(unit: string): Promise<StoppedService[]> {
    return this.ask('stop', { unit }) as Promise<StoppedService[]>;
  }

  /** Runs a program as root of the instance, beside its services. @returns what it printed @throws Error when it fails */
  public async run(...command: string[]): Promise<string> {
    const { status, stdout, stderr } = (await this.ask('run', { command })) as Record<string, unknown>;
    if (status !== 0) {
      throw new Error(`${command.join(' ')} ended with exit status ${status as number}: ${stderr as string}`);
    }
    return stdout as string;
  }

  /** What a service has written. */
  public log(unit: string): Promise<string> {
    return this.run('cat', `/var/log/units/${unit}.log`);
  }

  /** Where this machine reaches a port of the instance. */
  public urlOf(port: number): string {
    return `http://127.0.0.1:${this.reached.get(port)}`;
  }

  /** Ends everything on it at once. */
  public async end(): Promise<void> {
    this.program.stdin!.end();
    await this.ended;
    this.servers.forEach((server) => server.close());
  }

  private ask(task: string, rest: object = {}): Promise<unknown> {
    const id = (this.count += 1);
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.program.stdin!.write(`${JSON.stringify({ id, do: task, ...rest })}\n`);
    });
  }

  private take(line: string): void {
    const { id, result, error } = JSON.parse(line) as { id: number; result?: unknown; error?: string };
    const { resolve, reject } = this.waiting.get(id)!;
    this.waiting.delete(id);
    if (error === undefined) {
      resolve(result);
    } else {
      reject(new Error(error));
    }
  }
}

/** Joins each connection to a port (0: any) or socket with a new one to a target. */
async function join(at: number | string, target: { port: number } | { path: string }): Promise<net.Server> {
  const server = net.createServer({ allowHalfOpen: true }, (near) => {
    const far = net.connect({ allowHalfOpen: true, host: '127.0.0.1', ...target });
    near.pipe(far).pipe(near);
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    if (typeof at === 'number') {
      server.listen(at, '127.0.0.1', resolve);
    } else {
      server.listen(at, resolve);
    }
  });
  if (typeof at === 'string') {
    fs.chmodSync(at, 0o777);
  }
  return server;
}

function portOf(server: net.Server): number {
  return (server.address() as net.AddressInfo).port;
}
