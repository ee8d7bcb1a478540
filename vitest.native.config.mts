import { defineConfig } from 'vitest/config';
import { projectResolution } from './vitest.project.mjs';

/** The long suites of native code: the kernels' self-test and faults, the engine, the tokenizer and the served model. `npm run test:native` runs this. */
export const NATIVE_SUITES = [
  'test/engine-native/**',
  'test/kernels-native/bundle.test.ts',
  'test/kernels-native/float-families.test.ts',
  'test/kernels-native/isa-decoder.test.ts',
  'test/kernels-native/self-test.test.ts',
  'test/server/native-*.test.ts',
  'test/tokenizer/**',
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
