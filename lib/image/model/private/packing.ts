import { WeightType } from '../weight-type';

/**
 * The engine's own layouts of matrices in memory (kernels/engine/weights). Bytes are exact: a test compares them with
 * what the engine says of a model that it has loaded.
 */

const roundUp = (value: number, step: number): number => Math.ceil(value / step) * step;

/** bf16 in panels of 8 columns and blocks of 4 k. */
export function bf16Bytes(n: number, k: number): number {
  return roundUp(n, 8) * roundUp(k, 4) * 2;
}

/** int8 with an f32 scale for each 32 k, in panels of 8 columns that begin at multiples of 64 bytes. */
function block8Bytes(n: number, k: number): number {
  return (roundUp(n, 8) / 8) * roundUp((8 * roundUp(k, 32) * (32 + 4)) / 32, 64);
}

/** kernels/docs/gk4.md: panels of 16 columns, superblocks of 512 k. */
export function gk4Bytes(n: number, k: number): number {
  const [weights, subScales, scales] = [Math.ceil(k / 32) * 256, Math.ceil(k / 32) * 16, Math.ceil(k / 512) * 32];
  return (roundUp(n, 16) / 16) * roundUp(weights + subScales + scales, 64);
}

/** Bytes that a process packs a matrix into for itself; none for GK4, which it uses in the file. */
export function packedBytes(type: WeightType, n: number, k: number): number {
  switch (type) {
    case WeightType.GK4:
      return 0;
    case WeightType.Q4_0:
    case WeightType.Q8_0:
      return block8Bytes(n, k);
    default:
      return bf16Bytes(n, k);
  }
}

/** Elements and bytes of a block. Source: ggml-common.h of ggml 0.9. */
const BLOCKS: Record<Exclude<WeightType, WeightType.GK4>, readonly [number, number]> = {
  [WeightType.F32]: [1, 4],
  [WeightType.F16]: [1, 2],
  [WeightType.BF16]: [1, 2],
  [WeightType.Q6_K]: [256, 210],
  [WeightType.Q8_0]: [32, 34],
  [WeightType.Q4_0]: [32, 18],
};

/** Bytes of a matrix in the file. */
export function filedBytes(type: WeightType, n: number, k: number): number {
  if (type === WeightType.GK4) {
    return gk4Bytes(n, k);
  }
  const [elements, bytes] = BLOCKS[type];
  return n * Math.ceil(k / elements) * bytes;
}
