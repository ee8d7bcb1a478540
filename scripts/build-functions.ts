import * as fs from 'node:fs';
import * as path from 'node:path';
import { build } from 'esbuild';

const PROJECT_ROOT = path.resolve(__dirname, '..');
const ROOM = path.join(PROJECT_ROOT, 'functions');

/** Where the functions are built, each in a directory of its own. */
export const FUNCTIONS = path.join(ROOM, 'build');

/** The name of each function: of its folder, and of the directory that is built from it. */
export const FUNCTION_NAMES = ['fleet-meter'] as const;

/** Bundles each Lambda function into one file, with the AWS SDK that it was tested with. */
export async function buildFunctions(directory: string = FUNCTIONS): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: FUNCTION_NAMES.map((name) => ({ in: path.join(ROOM, name, 'index.ts'), out: `${name}/index` })),
    outdir: directory,
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    // From the SDK's ES modules esbuild leaves out the operations that are not called.
    mainFields: ['module', 'main'],
    minify: true,
    // In the file, not beside it: only the file is deployed.
    legalComments: 'eof',
    tsconfig: path.join(PROJECT_ROOT, 'tsconfig.dev.json'),
    logLevel: 'warning',
  });
  for (const { path: file, contents } of outputFiles) {
    // Tests build beside each other: a file is replaced as a whole, never written in place.
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const half = path.join(directory, `.${path.basename(file)}.${process.pid}`);
    fs.writeFileSync(half, contents);
    fs.renameSync(half, file);
  }
}

if (require.main === module) {
  void buildFunctions();
}
