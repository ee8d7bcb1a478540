import { float32, MetadataValue, text, uint32 } from './metadata';
import { encodeTensor, TENSOR_TYPES, TensorTypeName } from './tensor-types';
import { GgufTensor } from './write-gguf';

/** The shape of a model of the Llama family, by the names that GGUF files use. */
export interface LlamaFamilyShape {
  readonly architecture: 'llama' | 'qwen2' | 'qwen3';
  readonly layers: number;
  /** embedding_length */
  readonly width: number;
  /** feed_forward_length */
  readonly hidden: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headWidth: number;
  readonly vocabulary: number;
  readonly contextLength: number;
  /** Base of the angles of RoPE. */
  readonly ropeBase: number;
  readonly epsilon: number;
  /** Positions are divided by this. Default: none, so 1. */
  readonly linearFactor?: number;
  /** Elements of a head that RoPE turns. Default: all. */
  readonly rotated?: number;
  /** Tokens that a token attends to. Default: all. */
  readonly slidingWindow?: number;
}

/** The metadata of a model, without its tokenizer. */
export function shapeMetadata(shape: LlamaFamilyShape): Record<string, MetadataValue> {
  const { architecture } = shape;
  return {
    'general.architecture': text(architecture),
    [`${architecture}.block_count`]: uint32(shape.layers),
    [`${architecture}.context_length`]: uint32(shape.contextLength),
    [`${architecture}.embedding_length`]: uint32(shape.width),
    [`${architecture}.feed_forward_length`]: uint32(shape.hidden),
    [`${architecture}.attention.head_count`]: uint32(shape.heads),
    [`${architecture}.attention.head_count_kv`]: uint32(shape.kvHeads),
    [`${architecture}.attention.key_length`]: uint32(shape.headWidth),
    [`${architecture}.attention.value_length`]: uint32(shape.headWidth),
    [`${architecture}.attention.layer_norm_rms_epsilon`]: float32(shape.epsilon),
    [`${architecture}.rope.freq_base`]: float32(shape.ropeBase),
    [`${architecture}.rope.dimension_count`]: uint32(shape.rotated ?? shape.headWidth),
    ...(shape.linearFactor !== undefined && {
      [`${architecture}.rope.scaling.type`]: text('linear'),
      [`${architecture}.rope.scaling.factor`]: float32(shape.linearFactor),
    }),
    ...(shape.slidingWindow !== undefined && {
      [`${architecture}.attention.sliding_window`]: uint32(shape.slidingWindow),
    }),
  };
}

/** A tensor that a model of this shape has. */
export interface TensorPlan {
  readonly name: string;
  readonly kind: 'matrix' | 'norm' | 'bias';
  /** Length of a row, and number of rows; vectors have one row. */
  readonly columns: number;
  readonly rows: number;
}

function layerPlan(shape: LlamaFamilyShape, layer: number): TensorPlan[] {
  const { architecture, width, hidden, headWidth } = shape;
  const queries = shape.heads * headWidth;
  const keys = shape.kvHeads * headWidth;
  const matrix = (name: string, rows: number, columns: number): TensorPlan => ({ name, kind: 'matrix', rows, columns });
  const vector = (name: string, kind: 'norm' | 'bias', columns: number): TensorPlan => ({
    name,
    kind,
    rows: 1,
    columns,
  });
  return [
    vector('attn_norm.weight', 'norm', width),
    matrix('attn_q.weight', queries, width),
    matrix('attn_k.weight', keys, width),
    matrix('attn_v.weight', keys, width),
    matrix('attn_output.weight', width, queries),
    ...(architecture === 'qwen2'
      ? [
          vector('attn_q.bias', 'bias', queries),
          vector('attn_k.bias', 'bias', keys),
          vector('attn_v.bias', 'bias', keys),
        ]
      : []),
    ...(architecture === 'qwen3'
      ? [vector('attn_q_norm.weight', 'norm', headWidth), vector('attn_k_norm.weight', 'norm', headWidth)]
      : []),
    vector('ffn_norm.weight', 'norm', width),
    matrix('ffn_gate.weight', hidden, width),
    matrix('ffn_up.weight', hidden, width),
    matrix('ffn_down.weight', width, hidden),
  ].map((tensor) => ({ ...tensor, name: `blk.${layer}.${tensor.name}` }));
}

/** All tensors of a model, by the names of llama.cpp. With `tied`, the embedding is also the output matrix. */
export function planTensors(shape: LlamaFamilyShape, tied: boolean): TensorPlan[] {
  const { vocabulary, width } = shape;
  return [
    { name: 'token_embd.weight', kind: 'matrix', rows: vocabulary, columns: width },
    ...Array.from({ length: shape.layers }, (_, layer) => layerPlan(shape, layer)).flat(),
    { name: 'output_norm.weight', kind: 'norm', rows: 1, columns: width },
    ...(tied ? [] : [{ name: 'output.weight', kind: 'matrix', rows: vocabulary, columns: width } as const]),
  ];
}

/** A tensor of a plan with its values, row after row. Norms and biases are written as F32 whatever the type. */
export function encodePlanned(plan: TensorPlan, values: Float32Array, type: TensorTypeName): GgufTensor {
  const stored = TENSOR_TYPES[plan.kind === 'matrix' ? type : 'F32'];
  return {
    name: plan.name,
    type: stored.number,
    shape: plan.kind === 'matrix' ? [plan.columns, plan.rows] : [plan.columns],
    bytes: encodeTensor(stored, values),
  };
}
