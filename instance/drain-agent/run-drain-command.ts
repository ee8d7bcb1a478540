import { spawn } from 'node:child_process';

/**
 * Runs the runtime's drain command to its end.
 *
 * @param milliseconds how long it may take; then it is killed
 * @throws Error when it cannot be started, fails, or takes too long
 */
export function runDrainCommand(command: string | readonly string[], milliseconds: number): Promise<void> {
  const [program, ...args] = typeof command === 'string' ? ['/bin/sh', '-c', command] : command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: Math.max(1, milliseconds),
      killSignal: 'SIGKILL',
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (code === 0) {
        resolve();
      } else {
        reject(new Error(`the drain command ended with ${signal ?? `exit code ${code}`}`));
      }
    });
  });
}
