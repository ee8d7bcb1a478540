import { WeightType } from '../../weight-type';
import { CONTEXT_MAX, factsProblems } from '../facts-problems';
import { ModelShape } from '../model-shape';
import { GgufHeader, MetadataValue } from './gguf-header';
import { ModelFileError } from './header-cursor';

/** `general.architecture` of what the engine runs: kernels/engine/model/parameters.c. */
const ARCHITECTURES = ['llama', 'qwen2', 'qwen3'];

/** @throws ModelFileError when the engine does not run such a model */
export function readShape({ metadata, tensors }: GgufHeader): ModelShape {
  const architecture = metadata.get('general.architecture');
  if (typeof architecture !== 'string' || !ARCHITECTURES.includes(architecture)) {
    throw new ModelFileError(`the architecture ${JSON.stringify(architecture ?? null)}`);
  }
  const number = (key: string, fallback?: number) => whole(metadata, `${architecture}.${key}`, fallback);
  const heads = number('attention.head_count');
  const embeddingLength = number('embedding_length');
  const vocabulary = tensors.find(({ name }) => name === 'token_embd.weight')?.shape[1];
  if (vocabulary === undefined) {
    throw new ModelFileError("no matrix 'token_embd.weight'");
  }
  // A window of 0 is none.
  const window = number('attention.sliding_window', 0) || CONTEXT_MAX;
  const headLength = number('attention.key_length', Math.floor(embeddingLength / heads));
  const shape = {
    ...{ layers: number('block_count'), embeddingLength, feedForwardLength: number('feed_forward_length') },
    ...{ heads, keyValueHeads: number('attention.head_count_kv', heads), headLength, vocabulary },
    contextLength: Math.min(number('context_length'), window, CONTEXT_MAX),
  };
  const problems = factsProblems({ ...shape, weights: WeightType.F16 }).map(({ what, got }) => `${what} ${got}`);
  if (number('attention.value_length', headLength) !== headLength) {
    problems.push('keys and values of different length');
  }
  if (problems.length > 0) {
    throw new ModelFileError(problems.join(', '));
  }
  return shape;
}

function whole(metadata: ReadonlyMap<string, MetadataValue>, key: string, fallback?: number): number {
  const value = metadata.has(key) ? metadata.get(key) : fallback;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
    throw new ModelFileError(
      `${key} ${value === null ? 'that differs between layers' : `as ${JSON.stringify(value ?? 'nothing')}`}`,
    );
  }
  return value;
}
