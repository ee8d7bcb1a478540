import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const KERNELS = resolve(__dirname, '../../../kernels');

/** The folder of the benchmark's C sources and of its results. */
export const BENCH_DIRECTORY = join(KERNELS, 'bench');

/** What the build leaves. */
export interface BenchBuild {
  /** The Arm64 program that runs a case. */
  readonly driver: string;
  /** The plug-in for qemu-aarch64 that counts it. */
  readonly plugin: string;
  /** For files of a run. */
  readonly scratch: string;
}

/**
 * Builds the kernels, the driver and the plug-in, if a source changed. Builds of the same folder wait for each other.
 *
 * @throws Error with the whole output when make fails; the Makefiles say which tool is missing and how to install it
 */
export function buildBench(): BenchBuild {
  const build = join(KERNELS, 'build');
  mkdirSync(build, { recursive: true });
  make(build, KERNELS, 'bundle');
  make(build, BENCH_DIRECTORY, 'all');
  const output = join(build, 'bench');
  const scratch = join(output, 'runs');
  mkdirSync(scratch, { recursive: true });
  return { driver: join(output, 'bin/graviton-kernels-bench'), plugin: join(output, 'libcount.so'), scratch };
}

function make(build: string, directory: string, target: string): void {
  const command = [join(build, '.lock'), 'make', '--no-print-directory', '-C', directory, target];
  const result = spawnSync('flock', command, {
    encoding: 'utf8',
    env: { ...process.env, MAKEFLAGS: '', MAKELEVEL: '' },
  });
  if (result.error) {
    throw new Error(
      `bench: cannot run flock and make (${result.error.message}). ` +
        'Install them (Debian, Ubuntu: apt-get install util-linux make).',
    );
  }
  if (result.status !== 0) {
    throw new Error(
      `make ${target} in ${directory} failed (status ${result.status}):\n${result.stdout}${result.stderr}`,
    );
  }
}
