import { ModelFactsOptions } from '../model-facts-options';
import { WeightType } from '../weight-type';
import { layerMatrices, ModelShape } from './model-shape';
import { filedBytes, gk4Bytes, packedBytes } from './packing';

/** Where the bytes of a model are when it runs. */
export interface ModelBytes {
  /** Of the file. */
  readonly file: number;
  /** Used where they lie in the file, once for all processes of an instance. */
  readonly mapped: number;
  /** Weights that each process packs for itself, as the file has them. */
  readonly packed: number;
  /** The same when the layers become GK4 while loading. */
  readonly packedAsGk4: number;
}

/** Norms, biases, the tokenizer and the names of all: about 80 bytes for a token of the vocabulary, and 1 % of the rest. */
const TOKEN_BYTES = 80;
const REST = 1.01;

/** The bytes of a model of one type of weights, from the figures of its architecture. */
export function bytesOfShape(shape: ModelShape, options: ModelFactsOptions): ModelBytes {
  const { weights } = options;
  const outputWeights = options.outputWeights ?? (weights === WeightType.GK4 ? WeightType.BF16 : weights);
  const { vocabulary, embeddingLength, layers } = shape;
  const sum = (bytesOf: (n: number, k: number) => number) =>
    layers * layerMatrices(shape).reduce((total, [n, k]) => total + bytesOf(n, k), 0);
  const filed = sum((n, k) => filedBytes(weights, n, k));
  const embedding = filedBytes(outputWeights, vocabulary, embeddingLength);
  const output = packedBytes(outputWeights, vocabulary, embeddingLength);
  const matrices = filed + embedding * (options.tiedEmbeddings === true ? 1 : 2);
  return {
    file: Math.ceil(matrices * REST + vocabulary * TOKEN_BYTES),
    mapped: embedding + (weights === WeightType.GK4 ? filed : 0),
    packed: output + sum((n, k) => packedBytes(weights, n, k)),
    packedAsGk4: output + (weights === WeightType.GK4 ? 0 : sum(gk4Bytes)),
  };
}
