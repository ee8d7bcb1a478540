import { createHash } from 'node:crypto';
import * as fs from 'node:fs';

const CHUNK_BYTES = 4 * 2 ** 20;

const known = new Map<string, string>();

/** SHA-256 of a file in hexadecimal digits. An unchanged file is read once by a process: models have gigabytes. */
export function fileSha256(path: string): string {
  const { dev, ino, size, mtimeMs, ctimeMs } = fs.statSync(path);
  const state = [dev, ino, size, mtimeMs, ctimeMs].join(' ');
  const digest = known.get(state) ?? digestOf(path);
  known.set(state, digest);
  return digest;
}

function digestOf(path: string): string {
  const hash = createHash('sha256');
  const chunk = Buffer.alloc(CHUNK_BYTES);
  const file = fs.openSync(path, 'r');
  try {
    for (let read = -1; read !== 0;) {
      read = fs.readSync(file, chunk);
      hash.update(chunk.subarray(0, read));
    }
  } finally {
    fs.closeSync(file);
  }
  return hash.digest('hex');
}
