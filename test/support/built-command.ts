import { execFileSync } from 'node:child_process';
import * as path from 'node:path';
import { beforeAll } from 'vitest';

const ROOT = path.join(__dirname, '..', '..');

/** The command as users run it. */
export const COMMAND = path.join(ROOT, 'bin', 'graviton-fleet.js');

/** The part of the command that image builders run. */
export const BUNDLE_COMMAND = path.join(ROOT, 'bin', 'kernel-bundle.js');

/** Bundles the command anew before the tests of a file. */
export function useBuiltCommand(): void {
  beforeAll(() => {
    execFileSync(process.execPath, ['--import', 'tsx', 'scripts/build-command.ts'], { cwd: ROOT });
  }, 60_000);
}
