import { randomNumbers } from '../../scripts/example-model/random-numbers';
import { encodePlanned, LlamaFamilyShape, planTensors, shapeMetadata } from '../../scripts/gguf/llama-family';
import { MetadataValue, tokenizerMetadata } from '../../scripts/gguf/metadata';
import { TENSOR_TYPES, TensorTypeName } from '../../scripts/gguf/tensor-types';
import { GgufTensor } from '../../scripts/gguf/write-gguf';

export { randomNumbers };

/** The smallest shape that has several heads for each head of keys, and widths that every type takes. */
export const SMALL_SHAPE: LlamaFamilyShape = {
  architecture: 'llama',
  layers: 2,
  width: 64,
  hidden: 96,
  heads: 4,
  kvHeads: 2,
  headWidth: 16,
  vocabulary: 100,
  contextLength: 640,
  ropeBase: 10000,
  // Large beside the squares of the values, so that a wrong one shows.
  epsilon: 0.01,
};

export interface RandomModelOptions {
  readonly shape?: Partial<LlamaFamilyShape>;
  /** Type of the matrices. Default: F32. */
  readonly type?: TensorTypeName;
  /** Type of embedding and output. Default: as `type`. */
  readonly outputType?: TensorTypeName;
  /** Whether the embedding is also the output matrix. Default: false. */
  readonly tied?: boolean;
  /** Factors of the angles of RoPE, as Llama 3 has them. Default: none. */
  readonly ropeFactors?: readonly number[];
  /** Default: 1. */
  readonly seed?: number;
}

export interface RandomModel {
  readonly shape: LlamaFamilyShape;
  readonly metadata: Readonly<Record<string, MetadataValue>>;
  readonly tensors: readonly GgufTensor[];
}

/** A model whose answers depend on every weight: matrices keep the size of what passes through them. */
export function randomModel(options: RandomModelOptions = {}): RandomModel {
  const shape = { ...SMALL_SHAPE, ...options.shape };
  const { type = 'F32', outputType = type } = options;
  const next = randomNumbers(options.seed ?? 1);
  const tensors = planTensors(shape, options.tied ?? false).map((plan) => {
    const scale = plan.kind === 'matrix' ? Math.sqrt(3 / plan.columns) : 0.3;
    const values = Float32Array.from({ length: plan.rows * plan.columns }, () => next() * scale);
    const shifted = plan.kind === 'norm' ? values.map((value) => 1 + value) : values;
    const isOuter = plan.name === 'token_embd.weight' || plan.name === 'output.weight';
    return encodePlanned(plan, shifted, isOuter ? outputType : type);
  });
  const { ropeFactors } = options;
  const metadata = { ...shapeMetadata(shape), ...byteTokenizer(shape.vocabulary) };
  return { shape, metadata, tensors: ropeFactors ? [...tensors, factorTensor(ropeFactors)] : tensors };
}

function factorTensor(factors: readonly number[]): GgufTensor {
  const bytes = new Uint8Array(Float32Array.from(factors).buffer);
  return { name: 'rope_freqs.weight', type: TENSOR_TYPES.F32.number, shape: [factors.length], bytes };
}

function byteTokenizer(vocabulary: number): Record<string, MetadataValue> {
  const tokens = Array.from({ length: vocabulary }, (_, index) => `<${index}>`);
  return tokenizerMetadata({ model: 'gpt2', pre: 'default', tokens, merges: ['< 1'], bos: 0, eos: 1 });
}
