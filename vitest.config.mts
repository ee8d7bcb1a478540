import { defineConfig } from 'vitest/config';
import { COMMAND_SUITES } from './vitest.command.config.mjs';
import { LLAMA_CPP_SUITES } from './vitest.llama-cpp.config.mjs';
import { NATIVE_SUITES } from './vitest.native.config.mjs';
import { librarySuites } from './vitest.project.mjs';

/** Everything that needs no emulated AWS and is not slow. `npm test` runs this. */
export default defineConfig(
  librarySuites(
    ['test/**/*.test.ts'],
    ['test/deploy/**', 'test/on-instance/**', ...COMMAND_SUITES, ...NATIVE_SUITES, ...LLAMA_CPP_SUITES],
  ),
);
