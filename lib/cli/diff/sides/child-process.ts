import { spawn } from 'node:child_process';

/** How a program is started. */
export interface ChildOptions {
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Whether the program is a line for the shell. */
  readonly shell?: boolean;
}

/** Windows knows no groups of processes. */
const HAS_GROUPS = process.platform !== 'win32';

const running = new Set<number>();

/**
 * Runs a program to its end. What it prints goes to stderr: stdout is for the report.
 *
 * @returns its exit code; 1 when a signal ended it or it could not be started
 */
export async function runChild(program: string, parameters: readonly string[], options: ChildOptions): Promise<number> {
  const { directory: cwd, environment: env, shell } = options;
  const child = spawn(program, parameters, { cwd, env, shell, stdio: ['ignore', 2, 2], detached: HAS_GROUPS });
  if (child.pid !== undefined) {
    running.add(child.pid);
  }
  return new Promise((resolve) => {
    const end = (code: number): void => {
      running.delete(child.pid ?? 0);
      resolve(code);
    };
    child.on('error', () => end(1));
    child.on('exit', (code) => end(code ?? 1));
  });
}

/** Ends every program that runs, with the programs that it started. */
export function endChildren(): void {
  for (const pid of running) {
    try {
      process.kill(HAS_GROUPS ? -pid : pid, 'SIGTERM');
    } catch {
      // It has ended already.
    }
  }
}
