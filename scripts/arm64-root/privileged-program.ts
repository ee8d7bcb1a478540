import { ChildProcess, spawn, spawnSync } from 'node:child_process';
import { Arm64RootUnavailable } from './arm64-root-unavailable';

/** How a program ended. */
export interface ProgramResult {
  /** Exit status; 128 and the signal's number when a signal ended it. */
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface ProgramOptions {
  /** What the program reads from standard input. @default nothing */
  readonly input?: string | Buffer;
  /** Added to this process's environment. @default none */
  readonly environment?: Readonly<Record<string, string>>;
  /** File descriptor for standard output. @default captured */
  readonly output?: number;
}

const SIGNAL_BASE = 128;
const SIGKILL = 9;

/**
 * Runs a program as root: as it is for root, else by sudo without a password.
 *
 * @throws Arm64RootUnavailable when this user cannot become root, or the program is not installed
 */
export function runPrivileged(
  program: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  const child = startPrivileged(program, args, options);
  return new Promise((resolve, reject) => {
    const stdout: Buffer[] = [];
    let stderr = '';
    child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdin!.end(options.input ?? '');
    child.once('error', reject);
    child.once('close', (status) => {
      resolve({ status: status ?? SIGNAL_BASE + SIGKILL, stdout: Buffer.concat(stdout), stderr });
    });
  });
}

/** Starts a program as root, for whoever wants to speak with it. @throws Arm64RootUnavailable */
export function startPrivileged(
  program: string,
  args: readonly string[],
  { environment = {}, output }: Omit<ProgramOptions, 'input'> = {},
): ChildProcess {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const [name, ...rest] = [...becomeRoot(), 'env', ...variables, program, ...args];
  const child = spawn(name, rest, { stdio: ['pipe', output ?? 'pipe', 'pipe'] });
  // A program that ends before it reads its input closes the pipe; its status tells why.
  child.stdin!.on('error', () => undefined);
  return child;
}

/** As `runPrivileged`, for a program that must succeed. @throws Error with what it wrote */
export async function requirePrivileged(
  program: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<Buffer> {
  const { status, stdout, stderr } = await runPrivileged(program, args, options);
  if (status !== 0) {
    throw new Error(`${program} ${args.join(' ')} ended with exit status ${status}:\n${stderr.slice(-3000)}`);
  }
  return stdout;
}

function becomeRoot(): readonly string[] {
  if (process.getuid?.() === 0) {
    return [];
  }
  if (spawnSync('sudo', ['-n', 'true']).status !== 0) {
    const remedy = 'Run as root, or let this user run sudo without a password';
    throw new Arm64RootUnavailable('namespaces and mounts need root, and sudo -n does not give it', remedy);
  }
  return ['sudo', '-n'];
}
