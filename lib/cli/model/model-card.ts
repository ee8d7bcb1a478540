import { ModelFactsOptions, WeightType } from '../../image';
import { ModelFile } from '../../image/model/private/gguf/model-file';
import { ModelPart } from '../../image/model/private/gguf/weights';
import { filedBytes, packedBytes } from '../../image/model/private/packing';

/** The figures from which `ModelFacts.of()` makes about what the file itself says, on the high side. */
export function modelCard({ shape, weights }: ModelFile): ModelFactsOptions {
  const typesOf = (part: ModelPart) => weights.filter((each) => each.part === part).map(({ type }) => type);
  const layers = greatest(typesOf('layers'));
  const output = greatest([...typesOf('embedding'), ...typesOf('output')]);
  const { layers: count, ...lengths } = shape;
  return {
    ...{ layers: count, ...lengths },
    weights: layers,
    ...(output === layers ? {} : { outputWeights: output }),
    ...(typesOf('output').length === 0 && { tiedEmbeddings: true }),
  };
}

/** A file may have several; the one that takes most memory, and of those the one that takes most of the file. */
function greatest(types: readonly WeightType[]): WeightType {
  const [first] = [...types].sort(
    (one, other) =>
      sizeOf(other, packedBytes) - sizeOf(one, packedBytes) || sizeOf(other, filedBytes) - sizeOf(one, filedBytes),
  );
  return first;
}

/** Of a matrix that every type takes whole. */
function sizeOf(type: WeightType, bytesOf: typeof packedBytes): number {
  return bytesOf(type, 512, 512);
}
