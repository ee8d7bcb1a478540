import eslint from '@eslint/js';
import cdkPlugin from 'eslint-plugin-awscdk';
import prettier from 'eslint-config-prettier';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** The rooms of lib/, lowest first. A room may import the rooms before it and never one after it. */
const rooms = ['validation', 'catalog', 'kernels', 'image', 'fleet', 'economics', 'stacks', 'cli'];

const importOrder = rooms.map((room, index) => ({
  target: `./lib/${room}`,
  from: rooms.slice(index + 1).map((later) => `./lib/${later}`),
  message: `Imports go one way: ${rooms.join(' <- ')}.`,
}));

export default defineConfig([
  { ignores: ['**/*.js', '**/*.d.ts', 'node_modules/', 'dist/', '**/cdk.out/', 'kernels/build/'] },
  {
    files: ['**/*.ts'],
    extends: [eslint.configs.recommended, tseslint.configs.recommendedTypeChecked, prettier],
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver({ project: './tsconfig.dev.json' })] },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': [
        'error',
        {
          zones: [
            ...importOrder.filter(({ from }) => from.length > 0),
            {
              target: './instance',
              from: './lib',
              message: 'Programs for instances know nothing of the library.',
            },
            {
              target: './lib',
              from: './instance',
              message: 'The library ships the built programs, and imports nothing of them.',
            },
            {
              target: './server',
              from: './lib',
              message: 'The inference server knows nothing of the library.',
            },
            {
              target: './lib',
              from: './server',
              message: 'The library ships the built server, and imports nothing of it.',
            },
            {
              target: './functions',
              from: './lib',
              message: 'Lambda functions know nothing of the library.',
            },
            {
              target: './lib',
              from: './functions',
              message: 'The library ships the built functions, and imports nothing of them.',
            },
            {
              target: './examples',
              from: './lib',
              except: ['./index.ts'],
              message: 'Examples use only the public API.',
            },
          ],
        },
      ],
      'import-x/order': ['error', { alphabetize: { order: 'asc' } }],
      '@typescript-eslint/explicit-member-accessibility': ['error', { overrides: { constructors: 'off' } }],
    },
  },
  {
    files: ['lib/**/*.ts'],
    ignores: ['lib/cli/**'],
    extends: [cdkPlugin.configs.recommended],
    rules: {
      // Functions that fill a construct get it under its own name; `scope` is only ever passed to super().
      'awscdk/require-passing-this': ['error', { allowNonThisAndDisallowScope: true }],
      // A construct shows its own parts, as the AWS Construct Library does: their interfaces lack the methods that users
      // extend a fleet with (scaling policies, access logs, listener rules).
      'awscdk/no-construct-in-interface': 'off',
      'awscdk/no-construct-in-public-property-of-construct': 'off',
      'import-x/no-extraneous-dependencies': ['error', { devDependencies: false, peerDependencies: true }],
      'no-console': 'error',
    },
  },
  {
    // Templates are JSON of any shape.
    files: ['test/**/*.ts'],
    rules: Object.fromEntries(
      ['assignment', 'member-access', 'call', 'return', 'argument'].map((operation) => [
        `@typescript-eslint/no-unsafe-${operation}`,
        'off',
      ]),
    ),
  },
  {
    // Last, because the awscdk preset turns on the project service, which excludes a project file.
    files: ['**/*.ts'],
    languageOptions: {
      parserOptions: { projectService: false, project: './tsconfig.dev.json', tsconfigRootDir: import.meta.dirname },
    },
  },
]);
