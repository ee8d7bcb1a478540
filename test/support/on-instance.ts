import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';

const FOLDER = path.join(__dirname, '../../lib/image/on-instance');

/** The programs and units that an image carries, by their paths. */
export const ON_INSTANCE = fs
  .readdirSync(FOLDER, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => path.join(entry.parentPath, entry.name));

/** The path of one of them, by its name. */
export function onInstance(name: string): string {
  const found = ON_INSTANCE.find((file) => path.basename(file) === name);
  if (found === undefined) {
    throw new Error(`no ${name} in ${FOLDER}`);
  }
  return found;
}

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line that runs one of the programs of an image, by the interpreter that its first line names. */
export function commandOf(program: string): [string, string[]] {
  const file = onInstance(program);
  const [interpreter, ...options] = /^#!(.*)$/m.exec(fs.readFileSync(file, 'utf8'))![1].split(' ');
  return [interpreter, [...options, file]];
}

/** Runs one of the programs of an image. */
export function runOnInstance(program: string, args: readonly string[], env: Record<string, string> = {}): Outcome {
  const [interpreter, words] = commandOf(program);
  return spawnSync(interpreter, [...words, ...args], { encoding: 'utf8', env: { PATH: process.env.PATH, ...env } });
}

/** Writes files below a directory, by their paths. */
export function writeFiles(root: string, files: Record<string, string>): string {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(root, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  }
  return root;
}
