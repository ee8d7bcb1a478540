import * as fs from 'node:fs';
import * as path from 'node:path';
import { build } from 'esbuild';
import { ADDON_NAME } from '../server/engine/native-addon';
import { EXAMPLE_MODEL, ensureExampleModel } from './example-model/ensure-example-model';
import { KERNELS_DIRECTORY, makeKernels } from './kernels/kernel-build';

const PROJECT_ROOT = path.resolve(__dirname, '..');

/** What a server is built for: this machine, or Arm64 Linux. */
export type ServerTarget = 'host' | 'aarch64';

/** The program, beside the add-on and its libraries. */
export const SERVER_PROGRAM = 'graviton-server.js';

/** Where the server is built: a folder that can be moved as a whole. */
export function serverDirectory(target: ServerTarget): string {
  return path.join(PROJECT_ROOT, 'server', 'build', target);
}

/**
 * Builds the server as one file for Node.js 20 or later, with the add-on and the libraries that it needs beside it.
 *
 * @returns the folder
 * @throws Error when a tool is missing, with how it is installed
 */
export async function buildServer(target: ServerTarget): Promise<string> {
  makeKernels([target === 'host' ? 'addon-host' : 'addon']);
  const directory = serverDirectory(target);
  const libraries = path.join(KERNELS_DIRECTORY, 'build', target, 'lib');
  fs.mkdirSync(directory, { recursive: true });
  const wanted = fs.readdirSync(libraries).filter((file) => file === ADDON_NAME || /^libgraviton_.*\.so$/.test(file));
  for (const file of wanted) {
    replace(path.join(directory, file), fs.readFileSync(path.join(libraries, file)), 0o755);
  }
  const { outputFiles } = await build({
    entryPoints: { [path.parse(SERVER_PROGRAM).name]: path.join(PROJECT_ROOT, 'server', 'main.ts') },
    outdir: directory,
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    minify: true,
    legalComments: 'eof',
    tsconfig: path.join(PROJECT_ROOT, 'tsconfig.dev.json'),
    logLevel: 'warning',
  });
  outputFiles.forEach((file) => replace(file.path, file.contents, 0o644));
  return directory;
}

/** Tests build beside each other: a file is replaced as a whole, never written in place. */
function replace(file: string, contents: Uint8Array, mode: number): void {
  if (fs.existsSync(file) && fs.readFileSync(file).equals(contents)) {
    return;
  }
  fs.writeFileSync(`${file}.${process.pid}`, contents, { mode });
  fs.renameSync(`${file}.${process.pid}`, file);
}

async function main(): Promise<void> {
  const arm64 = process.argv.includes('--arm64');
  const directory = await buildServer(arm64 ? 'aarch64' : 'host');
  console.log(`built ${path.relative(process.cwd(), directory)}`);
  if (!arm64) {
    console.log('training the example model, if it has changed: about two minutes');
    fs.copyFileSync(ensureExampleModel(), EXAMPLE_MODEL);
    console.log(`now: npm run server -- --model ${path.relative(process.cwd(), EXAMPLE_MODEL)}`);
  }
}

if (require.main === module) {
  void main();
}
