import * as fs from 'node:fs';
import * as path from 'node:path';
import { build } from 'esbuild';

const PROJECT_ROOT = path.resolve(__dirname, '..');
const COMMAND = path.join(PROJECT_ROOT, 'bin', 'graviton-fleet.js');

/** Bundles the command into one file, so that the package has no dependency but its peers. */
async function buildCommand(): Promise<void> {
  await build({
    entryPoints: [path.join(PROJECT_ROOT, 'lib', 'cli', 'main.ts')],
    outfile: COMMAND,
    bundle: true,
    platform: 'node',
    target: 'node20',
    external: ['aws-cdk-lib', 'constructs'],
    banner: { js: '#!/usr/bin/env node' },
    legalComments: 'inline',
    tsconfig: path.join(PROJECT_ROOT, 'tsconfig.dev.json'),
    logLevel: 'warning',
  });
  fs.chmodSync(COMMAND, 0o755);
}

void buildCommand();
