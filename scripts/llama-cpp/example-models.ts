import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EXAMPLE_STEPS, exampleModelKey } from '../example-model/ensure-example-model';
import { trainExampleModel } from '../example-model/example-model';
import { TensorTypeName } from '../gguf/tensor-types';

/** The weight formats that this project's engine and llama.cpp both read, and that the example model's shape takes. */
export const COMPARED_TYPES = ['F32', 'F16', 'BF16', 'Q8_0', 'Q4_0'] as const satisfies readonly TensorTypeName[];

export type ComparedType = (typeof COMPARED_TYPES)[number];

const CACHE = resolve(__dirname, '../../node_modules/.cache/llama-cpp');

/** The paths of the example model in each format: trained once, then rounded. Trains for minutes when its sources changed. */
export function ensureExampleModels(): Record<ComparedType, string> {
  const directory = join(CACHE, `example-${exampleModelKey()}`);
  if (!existsSync(directory)) {
    const partial = `${directory}.${process.pid}`;
    mkdirSync(partial, { recursive: true });
    const trained = trainExampleModel({ steps: EXAMPLE_STEPS });
    COMPARED_TYPES.forEach((type) => writeFileSync(join(partial, `${type}.gguf`), trained.encode(type)));
    renameSync(partial, directory);
  }
  const paths = COMPARED_TYPES.map((type) => [type, join(directory, `${type}.gguf`)]);
  return Object.fromEntries(paths) as Record<ComparedType, string>;
}
