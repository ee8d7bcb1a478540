import { spawnSync } from 'node:child_process';
import { UsageError } from '../../usage-error';

/**
 * Runs git.
 *
 * @returns what it printed, without the line break at its end, or nothing when it failed
 */
export function git(directory: string, ...parameters: string[]): string | undefined {
  const { isDone, stdout } = runGit(directory, ...parameters);
  return isDone ? stdout : undefined;
}

/** Runs git. What it prints comes without the line break at its end. */
export function runGit(
  directory: string,
  ...parameters: string[]
): { isDone: boolean; stdout: string; stderr: string } {
  // Hooks of the user's are for the user's own work; this only reads.
  const { status, stdout, stderr, error } = spawnSync('git', ['-c', 'core.hooksPath=/dev/null', ...parameters], {
    cwd: directory,
    env: environmentWithoutGit(),
    encoding: 'utf8',
  });
  if (error !== undefined) {
    throw new UsageError(`--base: got no git (${error.message}), allowed a machine with git: or give --base-assembly`);
  }
  const [out, said] = [stdout, stderr].map((text) => text.replace(/\r?\n$/, ''));
  return { isDone: status === 0, stdout: out, stderr: said };
}

/** A hook of git that runs this command sets GIT_DIR and GIT_INDEX_FILE, which would lead to the user's own index. */
export function environmentWithoutGit(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^GIT_(DIR|COMMON|INDEX|WORK|OBJECT|PREFIX)/.test(name)),
  );
}
