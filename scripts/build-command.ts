import * as fs from 'node:fs';
import * as path from 'node:path';
import { build, BuildOptions, Plugin } from 'esbuild';
import { ownFoldersPlugin } from './own-folders-plugin';
import { serviceSpecPlugin } from './service-spec-plugin';

const PROJECT_ROOT = path.resolve(__dirname, '..');
const PROGRAM_DIRECTORY = path.join(PROJECT_ROOT, 'bin');

/** What the page of `graviton-fleet preview` is made with: it lies beside the command. */
const PAGE_DIRECTORY = path.join(PROGRAM_DIRECTORY, 'preview');

/** Each program as one file, so that the package has no dependency but its peers. */
const PROGRAMS = {
  // What users run.
  'graviton-fleet': 'main.ts',
  // Its part that image builders run, where not even the peers are installed.
  'kernel-bundle': 'bundle-main.ts',
};

/** The AWS SDK, in a file of its own: most commands never ask AWS, and start without reading it. */
const SDK = 'aws-sdk';
const SDK_APART: Plugin = {
  name: 'sdk-apart',
  setup(bundling) {
    bundling.onResolve({ filter: /^\.\/sdk$/ }, () => ({ path: `./${SDK}.js`, external: true }));
  },
};

async function buildCommand(): Promise<void> {
  for (const [program, entry] of Object.entries(PROGRAMS)) {
    await bundle(0o755, {
      entryPoints: { [program]: path.join(PROJECT_ROOT, 'lib', 'cli', entry) },
      outdir: PROGRAM_DIRECTORY,
      platform: 'node',
      target: 'node20',
      external: ['aws-cdk-lib', 'constructs'],
      banner: { js: '#!/usr/bin/env node' },
      plugins: [serviceSpecPlugin, ownFoldersPlugin(PROGRAM_DIRECTORY), SDK_APART],
    });
  }
  await bundle(0o644, {
    entryPoints: { [SDK]: path.join(PROJECT_ROOT, 'lib', 'cli', 'aws', 'sdk.ts') },
    outdir: PROGRAM_DIRECTORY,
    platform: 'node',
    target: 'node20',
    // From the SDK's ES modules esbuild leaves out the operations that are not called.
    mainFields: ['module', 'main'],
    minify: true,
  });
  await bundle(0o644, {
    entryPoints: { page: path.join(PROJECT_ROOT, 'lib', 'cli', 'preview', 'page', 'main.ts') },
    outdir: PAGE_DIRECTORY,
    platform: 'browser',
    target: ['chrome111', 'firefox113', 'safari16.2'],
    format: 'iife',
    minify: true,
  });
}

/** Tests build beside each other: a file is replaced as a whole, never written in place. */
async function bundle(mode: number, options: BuildOptions): Promise<void> {
  const { outputFiles } = await build({
    ...options,
    bundle: true,
    write: false,
    legalComments: 'inline',
    tsconfig: path.join(PROJECT_ROOT, 'tsconfig.dev.json'),
    logLevel: 'warning',
  });
  for (const { path: file, contents } of outputFiles) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(`${file}.${process.pid}`, contents, { mode });
    fs.renameSync(`${file}.${process.pid}`, file);
  }
}

void buildCommand();
