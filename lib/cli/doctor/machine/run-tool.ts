import { spawnSync } from 'node:child_process';

const TIMEOUT = 15_000;

/** What a program prints, or nothing when there is no such program, it fails or takes too long. */
export function runTool(program: string, args: readonly string[], directory: string): string | undefined {
  const { status, stdout } = spawnSync(program, args, { cwd: directory, encoding: 'utf8', timeout: TIMEOUT });
  return status === 0 ? stdout.trim() : undefined;
}
