import { ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import { Job } from '../jobs/job';
import { ProgramHandlerConfiguration } from '../worker-configuration';
import { isolatedCommand, stopUnitCommand } from './isolation';
import { JobHandler } from './job-handler';

/** How long the output of a program that was ended may stay open. */
const LEFTOVER_MILLISECONDS = 1_000;

type JobProcess = ChildProcessByStdio<Writable, Readable, null>;

/** SIGILL, and the exit status by which a shell, a container or a name space hands it on: 128 and the signal's number. */
const ILLEGAL_INSTRUCTION = ['SIGILL', 132];

/**
 * Starts a program for each job: the job on its standard input, the result on its standard output. Its standard error
 * goes to the journal. It inherits neither the environment of the agent nor its credentials.
 */
export class ProgramHandler implements JobHandler {
  public constructor(
    private readonly configuration: ProgramHandlerConfiguration,
    private readonly maximumBytes: number,
    /** Called when a program met an instruction that the processor does not have. */
    private readonly onIllegalInstruction: () => void = () => undefined,
  ) {}

  public run(job: Job, attempt: number, signal: AbortSignal): Promise<Buffer> {
    const unit = `graviton-job-${randomUUID()}`;
    const environment = this.environmentOf(job, attempt);
    const [program, ...args] = isolatedCommand(this.configuration, unit, Object.keys(environment));
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], env: environment, detached: true });
      child.once('error', reject);
      let failure: Error | undefined;
      const end = (reason: Error) => {
        if (failure) {
          return;
        }
        failure = reason;
        this.kill(child, unit);
        // A process that has left the program's group holds its output open for as long as it likes, and with it a slot.
        setTimeout(() => child.stdout.destroy(), LEFTOVER_MILLISECONDS);
      };
      const onAbort = () => end(signal.reason as Error);
      const timer = setTimeout(
        () => end(new Error(`it took longer than ${this.configuration.timeoutSeconds} s`)),
        this.configuration.timeoutSeconds * 1000,
      );
      const result = collect(child.stdout, this.maximumBytes, end);
      signal.addEventListener('abort', onAbort);
      if (signal.aborted) {
        onAbort();
      }
      // A program may end without having read its job.
      child.stdin.on('error', () => undefined).end(job.body);
      child.once('close', (code, killedBy) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        // What the program left running would outlive the job's lease.
        this.kill(child, unit);
        if (!failure && ILLEGAL_INSTRUCTION.includes(killedBy ?? code ?? '')) {
          this.onIllegalInstruction();
        }
        failure ??= code === 0 ? undefined : new Error(killedBy ? `ended by ${killedBy}` : `exit code ${code}`);
        if (failure) {
          reject(failure);
        } else {
          resolve(Buffer.concat(result));
        }
      });
    });
  }

  private environmentOf(job: Job, attempt: number): Record<string, string> {
    return {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      LANG: 'C.UTF-8',
      ...this.configuration.environment,
      JOB_ID: job.id,
      JOB_ATTEMPT: String(attempt),
    };
  }

  private kill(child: JobProcess, unit: string): void {
    if (this.configuration.isolation === 'systemd') {
      const [program, ...args] = stopUnitCommand(unit);
      execFile(program, args, () => undefined);
    }
    if (child.pid === undefined) {
      return;
    }
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
        throw error;
      }
    }
  }
}

function collect(stream: Readable, maximumBytes: number, end: (reason: Error) => void): Buffer[] {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maximumBytes) {
      end(new Error(`its result has more than ${maximumBytes} bytes`));
    } else {
      chunks.push(chunk);
    }
  });
  return chunks;
}
