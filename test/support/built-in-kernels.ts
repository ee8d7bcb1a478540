import { beforeAll } from 'vitest';
import { buildKernelBundle } from '../../scripts/kernels/kernel-build';

/** Builds the package's own kernels before the tests of a file; nothing is done when they are up to date. */
export function useBuiltInKernels(): void {
  beforeAll(() => void buildKernelBundle(), 180_000);
}
