import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MILLISECONDS = 20;

/** One line of an agent's log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly event: string };

/** How to start an agent. */
export interface AgentOptions {
  /** The built program. */
  readonly program: string;
  readonly configuration: object;
  /** Where its files go. */
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** An agent that runs as a process of its own, as on an instance. */
export class Agent {
  public readonly lines: LogLine[] = [];
  public readonly exited: Promise<number | null>;
  private readonly child: ChildProcess;

  public constructor({ program, configuration, directory, environment }: AgentOptions) {
    fs.mkdirSync(directory, { recursive: true });
    const file = path.join(directory, 'configuration.json');
    fs.writeFileSync(file, JSON.stringify(configuration));
    this.child = spawn(process.execPath, [program, file], {
      cwd: directory,
      env: { PATH: process.env.PATH, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.exited = new Promise((resolve) => this.child.once('exit', (code) => resolve(code)));
    let rest = '';
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      this.lines.push(...parts.map((line) => JSON.parse(line) as LogLine));
    });
  }

  public get processId(): number {
    return this.child.pid!;
  }

  public get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  public kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  public count(event: string): number {
    return this.lines.filter((line) => line.event === event).length;
  }

  /** @throws Error when the agent ends, or the time passes, without the event */
  public async until(event: string, milliseconds = 10_000): Promise<LogLine> {
    const deadline = Date.now() + milliseconds;
    for (;;) {
      const line = this.lines.find((candidate) => candidate.event === event);
      if (line) {
        return line;
      }
      if (!this.isAlive || Date.now() > deadline) {
        const log = this.lines.map((entry) => JSON.stringify(entry)).join('\n');
        throw new Error(`the agent ${this.isAlive ? 'has not said' : 'ended without'} ${event}:\n${log}`);
      }
      await sleep(POLL_MILLISECONDS);
    }
  }

  /** Ends it however it is. */
  public async end(): Promise<void> {
    this.kill('SIGKILL');
    await this.exited;
  }
}
