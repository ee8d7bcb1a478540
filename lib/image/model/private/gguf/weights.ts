import { WeightType } from '../../weight-type';
import { layerMatrices, ModelShape } from '../model-shape';
import { filedBytes } from '../packing';
import { GgufTensor } from './gguf-header';
import { weightTypeOf } from './tensor-type';

/** What a tensor is to the memory of a model. */
export type ModelPart = 'layers' | 'embedding' | 'output' | 'vectors';

/** The weights of one part that are of one type. */
export interface PartWeights {
  readonly part: ModelPart;
  readonly type: WeightType;
  readonly tensors: number;
  readonly parameters: number;
  /** In the file. */
  readonly bytes: number;
}

const EMBEDDING = 'token_embd.weight';
const OUTPUT = 'output.weight';

/** Names of a layer's matrices, in the order of `layerMatrices()`. */
const MATRICES = ['attn_q', 'attn_k', 'attn_v', 'attn_output', 'ffn_gate', 'ffn_up', 'ffn_down'];

/** The embedding is the output matrix too where there is none of its own. */
export function isTied(tensors: readonly GgufTensor[]): boolean {
  return !tensors.some(({ name }) => name === OUTPUT);
}

export function partOf({ name, shape, type }: GgufTensor): ModelPart {
  if (name === EMBEDDING) {
    return 'embedding';
  }
  if (name === OUTPUT) {
    return 'output';
  }
  // GK4 lies in the file as bytes of one dimension.
  const isMatrix = shape.length === 2 || weightTypeOf(type) === WeightType.GK4;
  return name.startsWith('blk.') && isMatrix ? 'layers' : 'vectors';
}

/** Bytes in the file of a tensor whose type the engine runs. */
export function bytesInFile({ type, shape: [k, ...rest] }: GgufTensor): number {
  const weightType = weightTypeOf(type)!;
  const rows = product(rest);
  return weightType === WeightType.GK4 ? k * rows : filedBytes(weightType, rows, k);
}

/** The weights of a file whose types the engine runs, by part and type. */
export function weightsOf(tensors: readonly GgufTensor[], shape: ModelShape): PartWeights[] {
  const sums = new Map<string, PartWeights>();
  for (const tensor of tensors) {
    const [part, type] = [partOf(tensor), weightTypeOf(tensor.type)!];
    const sum = sums.get(`${part} ${type}`);
    sums.set(`${part} ${type}`, {
      ...{ part, type },
      tensors: (sum?.tensors ?? 0) + 1,
      parameters: (sum?.parameters ?? 0) + parametersOf(tensor, shape),
      bytes: (sum?.bytes ?? 0) + bytesInFile(tensor),
    });
  }
  return [...sums.values()].sort((one, other) => other.bytes - one.bytes);
}

function parametersOf({ name, type, shape: lengths }: GgufTensor, shape: ModelShape): number {
  const matrix = MATRICES.indexOf(/^blk\.\d+\.(\w+)\.weight$/.exec(name)?.[1] ?? '');
  return product(weightTypeOf(type) === WeightType.GK4 && matrix >= 0 ? layerMatrices(shape)[matrix] : lengths);
}

function product(lengths: readonly number[]): number {
  return lengths.reduce((total, length) => total * length, 1);
}
