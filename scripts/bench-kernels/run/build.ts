import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { KERNELS_DIRECTORY, makeKernels } from '../../kernels/kernel-build';

/** The folder of the benchmark's C sources and of its results. */
export const BENCH_DIRECTORY = join(KERNELS_DIRECTORY, 'bench');

/** The folder of what its Makefile makes. */
export const BENCH_OUTPUT = join(KERNELS_DIRECTORY, 'build/bench');

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
 * Builds the kernels, the driver and the plug-in, if a source changed.
 *
 * @throws Error with the whole output when make fails; the Makefiles say which tool is missing and how to install it
 */
export function buildBench(): BenchBuild {
  makeKernels(['bundle']);
  makeBench('all');
  const scratch = join(BENCH_OUTPUT, 'runs');
  mkdirSync(scratch, { recursive: true });
  return {
    driver: join(BENCH_OUTPUT, 'bin/graviton-kernels-bench'),
    plugin: join(BENCH_OUTPUT, 'libcount.so'),
    scratch,
  };
}

/** Builds a target of the benchmark's own Makefile, for which the kernels were built before. */
export function makeBench(target: string): void {
  makeKernels(['-C', 'bench', target]);
}
