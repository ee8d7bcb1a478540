import { beforeAll } from 'vitest';
import { buildServer } from '../../scripts/build-server';

/** Builds the package's own server for Arm64 before the tests of a file; quick when it is up to date. */
export function useBuiltInServer(): void {
  beforeAll(() => buildServer('aarch64').then(() => undefined), 180_000);
}
