import { ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterEach } from 'vitest';
import { SERVER_PROGRAM } from '../../../scripts/build-server';

export interface NativeServerOptions {
  readonly directory: string;
  readonly model: string;
  /** Further options of the program. */
  readonly args?: readonly string[];
  /** What runs the program. @default this Node.js */
  readonly node?: readonly string[];
}

export interface NativeServer {
  readonly url: string;
  readonly port: number;
  /** The official client. It tries nothing twice. */
  readonly client: OpenAI;
  readonly process: ChildProcess;
  /** What it wrote so far. */
  readonly output: () => string;
  /** Settles with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

/** Starts the built program, and ends it after each test. */
export function useNativeServer(): (options: NativeServerOptions) => Promise<NativeServer> {
  const running: NativeServer[] = [];
  afterEach(async () => {
    for (const { process: program, ended } of running.splice(0)) {
      program.kill('SIGKILL');
      await ended;
    }
  });
  return async (options) => {
    const server = await start(options);
    running.push(server);
    return server;
  };
}

async function start({ directory, model, args = [], node = [process.execPath] }: NativeServerOptions) {
  const [command, ...before] = node;
  const given = ['--model', model, '--model-name', 'example', '--port', '0', '--threads', '1', ...args];
  const program = spawn(command, [...before, join(directory, SERVER_PROGRAM), ...given]);
  let output = '';
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
    program.once('exit', (code, signal) => resolve(code ?? signal)),
  );
  await new Promise<void>((resolve, reject) => {
    const look = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes('\nready: ')) {
        resolve();
      }
    };
    program.stdout.on('data', look);
    program.stderr.on('data', look);
    void ended.then((end) => reject(new Error(`the server ended (${end}): ${output}`)));
  });
  const [, url, port] = /listening on (http:\S+:(\d+))/.exec(output)!;
  const client = new OpenAI({ apiKey: 'none', baseURL: `${url}/v1`, maxRetries: 0 });
  return { url, port: Number(port), client, process: program, output: () => output, ended };
}
