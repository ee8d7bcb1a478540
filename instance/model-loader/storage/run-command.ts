import { spawnSync } from 'node:child_process';

/** Runs a program to its end. */
export type RunCommand = (
  program: string,
  args: readonly string[],
  /** @default 0 */
  allowedStatus?: readonly number[],
) => { readonly status: number; readonly stdout: string };

/** @throws Error with what the program said when it ends with another status */
export const runCommand: RunCommand = (program, args, allowedStatus = [0]) => {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (error || status === null || !allowedStatus.includes(status)) {
    throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? `status ${status}, ${stderr.trim()}`}`);
  }
  return { status, stdout };
};
