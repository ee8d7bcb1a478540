import * as fs from 'node:fs';
import * as path from 'node:path';
import * as prettier from 'prettier';
import { generate } from './generate';

/**
 * Writes the JSON Schema of fleet.yaml and the bindings that make values from it, out of the assembly that
 * `npm run build:library` leaves. With `--check` it writes nothing, and fails where the written files differ.
 */
const ROOT = path.resolve(__dirname, '..', '..');
const DATA = path.join(ROOT, 'lib', 'stacks', 'template', 'data');

async function main(): Promise<void> {
  const check = process.argv.includes('--check');
  const { schema, policy, bindings } = await generate(ROOT);
  const files = { 'fleet.schema.json': schema, 'policy.schema.json': policy, 'bindings.json': bindings };
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(DATA, name);
    const options = await prettier.resolveConfig(file);
    const text = await prettier.format(JSON.stringify(content), { ...options, filepath: file });
    if (!check) {
      fs.writeFileSync(file, text);
    } else if (fs.readFileSync(file, 'utf8') !== text) {
      throw new Error(`${path.relative(ROOT, file)} is not what the types say: run npm run build:schema`);
    }
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
