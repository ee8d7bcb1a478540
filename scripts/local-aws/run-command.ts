import { spawn } from 'node:child_process';

/** What a finished command left behind. */
export interface CommandResult {
  /** Its exit code; 128 when a signal ended it. */
  readonly exitCode: number;
  /** Standard output and standard error, interleaved as they came. */
  readonly output: string;
  /** How long it ran. */
  readonly milliseconds: number;
}

/** How to run a command. */
export interface CommandOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly workingDirectory: string;
  /** When to end the command and all of its children, in milliseconds. */
  readonly timeout: number;
  /** Called with each piece of output as it comes. @default the output is only captured */
  readonly onOutput?: (text: string) => void;
}

const ENDING_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a command to its end, in a process group of its own, so that no child of it outlives the time-out or this
 * process when a signal such as Ctrl-C ends it.
 *
 * @throws the error of `spawn` when the command cannot be started, such as ENOENT
 */
export function runCommand(command: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const started = Date.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.workingDirectory,
      env: options.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const endGroup = () => signalGroup(child.pid, 'SIGKILL');
    const passOn = (signal: NodeJS.Signals) => {
      endGroup();
      settle();
      process.kill(process.pid, signal);
    };
    const timer = setTimeout(endGroup, options.timeout);
    const settle = () => {
      clearTimeout(timer);
      process.removeListener('exit', endGroup);
      ENDING_SIGNALS.forEach((signal) => process.removeListener(signal, passOn));
    };
    process.once('exit', endGroup);
    ENDING_SIGNALS.forEach((signal) => process.once(signal, passOn));
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        options.onOutput?.(text);
      });
    }
    child.once('error', (error) => {
      settle();
      reject(error);
    });
    child.once('close', (code) => {
      settle();
      resolve({ exitCode: code ?? 128, output, milliseconds: Date.now() - started });
    });
  });
}

/** Signals a whole process group; one that is gone already is no error. */
export function signalGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) {
    return;
  }
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw error;
    }
  }
}
