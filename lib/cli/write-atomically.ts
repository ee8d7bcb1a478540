import * as fs from 'node:fs';
import * as path from 'node:path';
import { UsageError } from './usage-error';

/**
 * Writes a file so that nobody ever sees half of it.
 *
 * @throws UsageError when the directory is not there or cannot be written to
 */
export function writeAtomically(file: string, text: string): void {
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}`);
  try {
    fs.writeFileSync(temporary, text);
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw new UsageError(`--output: got ${file}, allowed a file that can be written (${(error as Error).message})`);
  }
}
