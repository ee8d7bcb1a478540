import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { PeerPackage } from './peer-packages';

const CACHE = path.resolve(__dirname, '..', '..', 'node_modules', '.cache', 'isa-peers');

/** Downloads a package with npm, once, and returns the paths of its binaries. */
export function fetchBinaries({ name, version, files }: PeerPackage): string[] {
  const directory = path.join(CACHE, `${name.replace(/[@/]/g, '_')}-${version}`);
  if (!existsSync(directory)) {
    const unpacked = `${directory}.new`;
    mkdirSync(unpacked, { recursive: true });
    const arguments_ = ['pack', `${name}@${version}`, '--silent', '--pack-destination', unpacked];
    const tarball = execFileSync('npm', arguments_, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
    execFileSync('tar', ['-xzf', path.join(unpacked, tarball), '-C', unpacked]);
    rmSync(path.join(unpacked, tarball));
    renameSync(unpacked, directory);
  }
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((file) => path.join(directory, file))
    .filter((file) => files.some((pattern) => pattern.test(file)))
    .sort();
}
