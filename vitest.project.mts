import * as path from 'node:path';
import { ViteUserConfig } from 'vitest/config';

/** Tests run on the sources: jsii leaves compiled files beside them, which would go stale between two builds. */
export const projectResolution = {
  extensions: ['.ts', '.mjs', '.js', '.json'],
  alias: { 'cdk-graviton-fleet': path.join(import.meta.dirname, 'lib', 'index.ts') },
};

/** Suites over the sources of the library that need neither an emulated AWS nor an emulated machine. */
export function librarySuites(include: string[], exclude: string[] = []): ViteUserConfig {
  return {
    resolve: projectResolution,
    test: {
      include,
      exclude,
      globalSetup: ['test/support/build-instance-programs.ts', 'test/support/build-functions.ts'],
      pool: 'forks',
      maxWorkers: 2,
      testTimeout: 60_000,
      hookTimeout: 120_000,
      // One suite validates every example strictly; elsewhere the engine's start of more than a second per process would
      // only be waiting (aws-cdk-lib 2.262 and later read this variable).
      env: { CDK_VALIDATION: 'false' },
    },
  };
}
