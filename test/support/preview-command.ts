import { execFileSync, spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { beforeAll } from 'vitest';

const ROOT = path.join(__dirname, '..', '..');
const COMMAND = path.join(ROOT, 'bin', 'graviton-fleet.js');

/** What the command printed, and how it ended. */
export interface CommandResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Builds the command before the tests of a file. */
export function useBuiltCommand(): void {
  beforeAll(() => {
    execFileSync(process.execPath, ['--import', 'tsx', 'scripts/build-command.ts'], { cwd: ROOT });
  }, 180_000);
}

/** Runs `graviton-fleet preview` at 00:30 of 23 November 2026. */
export function preview(...args: string[]): CommandResult {
  return spawnSync(process.execPath, [COMMAND, 'preview', ...args], {
    encoding: 'utf8',
    env: { ...process.env, SOURCE_DATE_EPOCH: String(Date.UTC(2026, 10, 23, 0, 30) / 1000) },
  });
}
