import { defineConfig } from 'vitest/config';
import { projectResolution } from './vitest.project.mjs';

/** The comparison with llama.cpp, whose binaries npm fetches. `npm run test:llama-cpp` runs this. */
export const LLAMA_CPP_SUITES = ['test/llama-cpp/**'];

export default defineConfig({
  resolve: projectResolution,
  test: {
    include: LLAMA_CPP_SUITES.map((suite) => suite.replace(/\*\*$/, '**/*.test.ts')),
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 600_000,
    // Trains the example model when its sources changed.
    hookTimeout: 1_800_000,
  },
});
