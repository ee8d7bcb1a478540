import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The folder of the C sources. */
export const KERNELS_DIRECTORY = resolve(__dirname, '../../kernels');

/** What `make bundle` leaves: the directory that goes on the AMI. */
export const BUNDLE_DIRECTORY = join(KERNELS_DIRECTORY, 'build/bundle');

/** One file of the bundle, as `manifest.json` describes it. */
export interface ManifestFile {
  readonly path: string;
  readonly role: string;
  readonly variant?: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly machine?: string;
  readonly requires?: string[];
  readonly flags?: string[];
}

export interface Manifest {
  readonly schemaVersion: number;
  readonly name: string;
  readonly version: string;
  readonly digest: string;
  readonly compiler: { readonly name: string; readonly version: string };
  /** The last commit that touched the sources; undefined outside of git. */
  readonly sourceRevision?: string;
  readonly files: ManifestFile[];
}

/**
 * Runs make in a folder of kernel sources. Builds of the same folder wait for each other: test files run side by side.
 *
 * @throws Error with the whole output when make fails; the Makefile says which tool is missing and how to install it.
 */
export function makeKernels(args: string[], directory: string = KERNELS_DIRECTORY): void {
  mkdirSync(join(directory, 'build'), { recursive: true });
  const lock = join(directory, 'build/.lock');
  const result = spawnSync('flock', [lock, 'make', '--no-print-directory', '-C', directory, ...args], {
    encoding: 'utf8',
    // An outer make must not lend its job server or flags to this one.
    env: { ...process.env, MAKEFLAGS: '', MAKELEVEL: '' },
  });
  if (result.error) {
    throw new Error(
      `kernels: cannot run flock and make (${result.error.message}). ` +
        'Install them (Debian, Ubuntu: apt-get install util-linux make).',
    );
  }
  if (result.status !== 0) {
    throw new Error(`make ${args.join(' ')} failed (status ${result.status}):\n${result.stdout}${result.stderr}`);
  }
}

/** Builds the bundle if a source changed, and returns its directory. */
export function buildKernelBundle(directory: string = KERNELS_DIRECTORY): string {
  makeKernels(['bundle'], directory);
  return join(directory, 'build/bundle');
}

export function readManifest(bundle: string = BUNDLE_DIRECTORY): Manifest {
  return JSON.parse(readFileSync(join(bundle, 'manifest.json'), 'utf8')) as Manifest;
}
