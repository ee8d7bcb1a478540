import * as fs from 'node:fs';
import * as path from 'node:path';
import { build } from 'esbuild';

const PROJECT_ROOT = path.resolve(__dirname, '..');

/** Each program as one file, so that the package has no dependency but its peers. */
const PROGRAMS = {
  // What users run.
  'graviton-fleet.js': 'main.ts',
  // Its part that image builders run, where not even the peers are installed.
  'kernel-bundle.js': 'bundle-main.ts',
};

async function buildCommand(): Promise<void> {
  for (const [program, entry] of Object.entries(PROGRAMS)) {
    const file = path.join(PROJECT_ROOT, 'bin', program);
    // Moved into place when it is whole: tests run side by side, and one may run what another builds.
    const outfile = `${file}.${process.pid}`;
    await build({
      entryPoints: [path.join(PROJECT_ROOT, 'lib', 'cli', entry)],
      outfile,
      bundle: true,
      platform: 'node',
      target: 'node20',
      external: ['aws-cdk-lib', 'constructs'],
      banner: { js: '#!/usr/bin/env node' },
      legalComments: 'inline',
      tsconfig: path.join(PROJECT_ROOT, 'tsconfig.dev.json'),
      logLevel: 'warning',
    });
    fs.chmodSync(outfile, 0o755);
    fs.renameSync(outfile, file);
  }
}

void buildCommand();
