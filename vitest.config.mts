import { defineConfig } from 'vitest/config';
import { LLAMA_CPP_SUITES } from './vitest.llama-cpp.config.mjs';
import { NATIVE_SUITES } from './vitest.native.config.mjs';
import { projectResolution } from './vitest.project.mjs';

/** Everything that needs no emulated AWS. `npm test` runs this. */
export default defineConfig({
  resolve: projectResolution,
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/deploy/**', 'test/on-instance/**', ...NATIVE_SUITES, ...LLAMA_CPP_SUITES],
    globalSetup: ['test/support/build-instance-programs.ts', 'test/support/build-functions.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // One suite validates every example strictly; elsewhere the engine's start of more than a second per process would
    // only be waiting (aws-cdk-lib 2.262 and later read this variable).
    env: { CDK_VALIDATION: 'false' },
  },
});
