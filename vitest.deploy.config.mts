import { defineConfig } from 'vitest/config';
import { projectResolution } from './vitest.project.mjs';

/** Deployments to the local AWS emulator. `npm run test:deploy` runs this; one suite at a time owns the machine. */
export default defineConfig({
  resolve: projectResolution,
  test: {
    include: ['test/deploy/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
