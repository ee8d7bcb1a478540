import * as path from 'node:path';
import { build } from 'esbuild';

const PROJECT_ROOT = path.resolve(__dirname, '..');
const ROOM = path.join(PROJECT_ROOT, 'instance');

/** Where the programs are built, one file each. */
export const INSTANCE_PROGRAMS = path.join(ROOM, 'build');

/** The name of each program: of its folder, and of the file that is built from it. */
export const INSTANCE_PROGRAM_NAMES = [
  'api-keys',
  'drain-agent',
  'metrics-agent',
  'model-loader',
  'worker-agent',
] as const;

/** Bundles each program of the instance into one file for Node.js 20 or later, which needs nothing beside it. */
export async function buildInstancePrograms(directory: string = INSTANCE_PROGRAMS): Promise<void> {
  await build({
    entryPoints: INSTANCE_PROGRAM_NAMES.map((name) => ({ in: path.join(ROOM, name, 'main.ts'), out: name })),
    outdir: directory,
    bundle: true,
    platform: 'node',
    target: 'node20',
    minify: true,
    legalComments: 'eof',
    tsconfig: path.join(PROJECT_ROOT, 'tsconfig.dev.json'),
    logLevel: 'warning',
  });
}

if (require.main === module) {
  void buildInstancePrograms();
}
