import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');

/** Steps after which the model knows the licence. */
export const EXAMPLE_STEPS = 700;

/** Where the example model goes. */
export const EXAMPLE_MODEL = join(ROOT, 'server/build/example.gguf');

/** Changes with whatever the model is made from. */
export function exampleModelKey(): string {
  const hash = createHash('sha256').update(readFileSync(join(ROOT, 'LICENSE')));
  for (const folder of [__dirname, join(ROOT, 'scripts/gguf')]) {
    for (const file of readdirSync(folder).sort()) {
      hash.update(file).update(readFileSync(join(folder, file)));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * The path of the example model, which is trained when its sources have changed. Who asks meanwhile waits.
 *
 * @throws Error when the training fails
 */
export function ensureExampleModel(): string {
  const model = join(dirname(EXAMPLE_MODEL), `example-${exampleModelKey()}.gguf`);
  if (existsSync(model)) {
    return model;
  }
  mkdirSync(dirname(model), { recursive: true });
  const script = join(__dirname, 'main.ts');
  const train = `test -e "$1" || exec "$2" --import tsx "$3" --output "$1"`;
  const lock = join(dirname(model), '.example.lock');
  const command = ['sh', '-c', train, 'sh', model, process.execPath, script];
  const { status, stderr } = spawnSync('flock', [lock, ...command], { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`the example model cannot be trained: ${stderr}`);
  }
  return model;
}
