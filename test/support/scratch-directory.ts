import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll } from 'vitest';

/**
 * A directory for the tests of a file, removed after them.
 *
 * @returns gives a new path inside it on each call
 */
export function useScratchDirectory(): () => string {
  let directory: string;
  let count = 0;
  beforeAll(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'graviton-fleet-'));
  });
  afterAll(() => fs.rmSync(directory, { recursive: true, force: true }));
  return () => path.join(directory, `${(count += 1)}`);
}
