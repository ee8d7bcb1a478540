import { defineConfig } from 'vitest/config';
import { projectResolution } from './vitest.project.mjs';

/** Component documents in an Arm64 root. `npm run test:on-instance` runs this. */
export default defineConfig({
  resolve: projectResolution,
  test: {
    include: ['test/on-instance/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 300_000,
    hookTimeout: 600_000,
    env: { CDK_VALIDATION: 'false' },
  },
});
