import { randomNumbers } from '../example-model/random-numbers';
import { encodePlanned, LlamaFamilyShape, planTensors, shapeMetadata, TensorPlan } from '../gguf/llama-family';
import { tokenizerMetadata } from '../gguf/metadata';
import { TensorTypeName } from '../gguf/tensor-types';
import { GgufTensor, writeGguf } from '../gguf/write-gguf';

/** A layer of Llama 3.2 1B with half of its widths, and a small vocabulary: nearly all that is counted is products. */
const LAYER_SHAPE: Omit<LlamaFamilyShape, 'layers'> = {
  architecture: 'llama',
  width: 1024,
  hidden: 4096,
  heads: 16,
  kvHeads: 4,
  headWidth: 64,
  vocabulary: 512,
  contextLength: 512,
  ropeBase: 500000,
  epsilon: 1e-5,
};

/** Random rows of a matrix, which its other rows repeat: no count depends on a weight's value. */
const DIFFERENT_ROWS = 32;

/** The GGUF file of a number of such layers with random weights of a type. */
export function layerModel(type: TensorTypeName, layers: number): Buffer {
  const next = randomNumbers(1);
  const shape = { ...LAYER_SHAPE, layers };
  const tensors = planTensors(shape, false).map((plan) => encodeRepeated(plan, next, type));
  const tokens = Array.from({ length: shape.vocabulary }, (_, index) => `<${index}>`);
  const tokenizer = tokenizerMetadata({ model: 'gpt2', pre: 'default', tokens, merges: ['< 1'], bos: 0, eos: 1 });
  return writeGguf({ metadata: { ...shapeMetadata(shape), ...tokenizer }, tensors });
}

function encodeRepeated(plan: TensorPlan, next: () => number, type: TensorTypeName): GgufTensor {
  const rows = Math.min(plan.rows, DIFFERENT_ROWS);
  const scale = plan.kind === 'matrix' ? Math.sqrt(3 / plan.columns) : 0.3;
  const values = Float32Array.from({ length: rows * plan.columns }, () => next() * scale);
  const shifted = plan.kind === 'norm' ? values.map((value) => 1 + value) : values;
  const tensor = encodePlanned({ ...plan, rows }, shifted, type);
  const bytes = Buffer.alloc((tensor.bytes.length / rows) * plan.rows, tensor.bytes);
  return { ...tensor, shape: plan.rows === 1 ? tensor.shape : [plan.columns, plan.rows], bytes };
}
