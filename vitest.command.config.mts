import { defineConfig } from 'vitest/config';
import { librarySuites } from './vitest.project.mjs';

/** The command as a program, and its pages in a browser. `npm run test:command` runs this. */
export const COMMAND_SUITES = ['test/cli/**'];

export default defineConfig(librarySuites(['test/cli/**/*.test.ts']));
