import * as fs from 'node:fs';
import * as path from 'node:path';

/** Readable for the server's group and writable for nobody. */
const MODE = 0o440;

/** Writes the keys in one step, so that nobody reads half of them. @returns whether they are others than before */
export function writeKeyFile(file: string, keys: readonly string[]): boolean {
  const text = keys.map((key) => `${key}\n`).join('');
  if (fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text) {
    return false;
  }
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o750 });
  const partial = `${file}.partial`;
  fs.rmSync(partial, { force: true });
  fs.writeFileSync(partial, text, { mode: MODE });
  fs.renameSync(partial, file);
  return true;
}
