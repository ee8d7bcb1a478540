import { defineConfig } from 'vitest/config';
import { projectResolution } from './vitest.project.mjs';

/** The long suites of native code: mutated kernels, the engine and the tokenizer. `npm run test:native` runs this. */
export const NATIVE_SUITES = [
  'test/engine-native/**',
  'test/tokenizer/**',
  'test/kernels-native/bundle.test.ts',
  'test/server/native-*.test.ts',
];

export default defineConfig({
  resolve: projectResolution,
  test: {
    include: NATIVE_SUITES.map((suite) => suite.replace(/\*\*$/, '**/*.test.ts')),
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
