import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Option, program } from 'commander';
import { TENSOR_TYPES, TensorTypeName } from '../gguf/tensor-types';
import { EXAMPLE_MODEL, EXAMPLE_STEPS } from './ensure-example-model';
import { exampleModel } from './example-model';

interface Options {
  readonly output: string;
  readonly steps: string;
  readonly type: TensorTypeName;
}

const { output, steps, type } = program
  .description('Trains a small model of the Llama family on the project’s licence, and writes it as a GGUF file.')
  .option('--output <file>', 'where it goes', EXAMPLE_MODEL)
  .option('--steps <count>', 'steps of training', String(EXAMPLE_STEPS))
  .addOption(new Option('--type <type>', 'of the matrices').choices(Object.keys(TENSOR_TYPES)).default('BF16'))
  .parse()
  .opts<Options>();

const bytes = exampleModel({
  steps: Number(steps),
  type,
  onProgress: (step, loss) => {
    if (step % 50 === 0) {
      console.log(`step ${step} of ${steps}: loss ${loss.toFixed(3)}`);
    }
  },
});
const file = resolve(output);
mkdirSync(dirname(file), { recursive: true });
writeFileSync(`${file}.${process.pid}`, bytes);
renameSync(`${file}.${process.pid}`, file);
console.log(`${file}: ${bytes.length} bytes`);
