import { readFileSync } from 'node:fs';
import { EXAMPLE_SHAPE } from '../../scripts/example-model/example-model';
import { TENSOR_TYPES } from '../../scripts/gguf/tensor-types';
import { readGguf } from '../engine-native/reference/read-gguf';
import { ReferenceTransformer } from '../engine-native/reference/transformer';

/** The f64 reference with the weights of a file of the example model. */
export function referenceOf(path: string): ReferenceTransformer {
  const file = readFileSync(path);
  const tensors = [...readGguf(file).tensors].map(([name, { type, shape, start }]) => {
    const stored = Object.values(TENSOR_TYPES).find(({ number }) => number === type);
    if (stored === undefined) {
      throw new Error(`${path}: tensor ${name} is of type ${type}`);
    }
    const values = shape.reduce((product, length) => product * length, 1);
    const bytes = file.subarray(start, start + (values / stored.blockLength) * stored.blockBytes);
    return { name, type, shape, bytes };
  });
  return new ReferenceTransformer(EXAMPLE_SHAPE, tensors);
}
