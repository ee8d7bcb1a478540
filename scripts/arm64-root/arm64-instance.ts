import { ChildProcess } from 'node:child_process';
import * as path from 'node:path';
import { Arm64RootUnavailable } from './arm64-root-unavailable';
import { ProgramResult, requirePrivileged, runPrivileged, startPrivileged } from './privileged-program';

const ENTER = path.join(__dirname, 'enter.sh');

/** What root of an instance is here: FIRST_ID of enter.sh. */
export const FIRST_ID = 100_000;

const DEFAULT_SECONDS = 120;

/** Exit status of enter.sh when this machine cannot run Arm64 programs. */
const CANNOT_RUN = 125;

/** How a command runs on an instance. */
export interface RunOptions {
  /** What the command reads from standard input. @default nothing */
  readonly input?: string | Buffer;
  /** When to end the command and what it started. @default 120 s */
  readonly seconds?: number;
}

/** A directory tree of Arm64 programs that stands for an instance. Nothing runs on it between two commands. */
export class Arm64Instance {
  public constructor(
    /** The tree, owned by users of its own. */
    public readonly directory: string,
    /** Value of qemu's `-cpu`. */
    public readonly qemuCpu: string,
  ) {}

  /**
   * Runs a program as root of the instance, with no network but loopback.
   *
   * @throws Arm64RootUnavailable when this machine cannot
   */
  public async run(command: readonly string[], options: RunOptions = {}): Promise<ProgramResult> {
    const { seconds = DEFAULT_SECONDS, input } = options;
    const result = await runPrivileged('bash', this.entering(seconds, command), {
      input,
      environment: this.environment,
    });
    if (result.status === CANNOT_RUN && result.stderr.includes('enter.sh: ')) {
      throw new Arm64RootUnavailable(result.stderr.trim(), 'Install qemu-user-static, or use Linux 6.7 or later');
    }
    return result;
  }

  /** Starts a program as `run` does, for whoever wants to speak with it. All that it starts ends with it. */
  public start(command: readonly string[], seconds: number): ChildProcess {
    return startPrivileged('bash', this.entering(seconds, command), { environment: this.environment });
  }

  /** Puts a program of this machine's files on the instance, at an absolute path there. */
  public async install(file: string, destination: string): Promise<void> {
    await requirePrivileged('install', [
      ...['-D', '--mode=0755', `--owner=${FIRST_ID}`, `--group=${FIRST_ID}`],
      ...[file, path.join(this.directory, destination)],
    ]);
  }

  /** Runs a bash script that must succeed, and returns what it printed. @throws Error with what it wrote */
  public async script(text: string, options: RunOptions = {}): Promise<string> {
    const { status, stdout, stderr } = await this.run(['bash', '-c', text], options);
    if (status !== 0) {
      throw new Error(`exit status ${status} on the instance:\n${text.slice(0, 500)}\n${stdout.toString()}${stderr}`);
    }
    return stdout.toString();
  }

  /** What the stand-ins of dnf, systemctl, docker and others were asked to do, one command a line. */
  public async standInCalls(): Promise<string[]> {
    const log = await this.script('cat /var/log/stand-ins.log 2>/dev/null || true');
    return log.split('\n').filter((line) => line !== '');
  }

  /** A second instance with the same files, as an instance of an AMI has those of the builder. */
  public async copy(directory: string, qemuCpu = this.qemuCpu): Promise<Arm64Instance> {
    await requirePrivileged('cp', ['--archive', this.directory, directory]);
    return new Arm64Instance(directory, qemuCpu);
  }

  public async remove(): Promise<void> {
    await requirePrivileged('rm', ['--recursive', '--force', '--one-file-system', this.directory]);
  }

  private get environment(): Readonly<Record<string, string>> {
    return { QEMU_CPU: this.qemuCpu };
  }

  private entering(seconds: number, command: readonly string[]): string[] {
    return [ENTER, this.directory, `${seconds}`, ...command];
  }
}
