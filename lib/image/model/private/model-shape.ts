/** What the figures of a model say of its matrices. */
export interface ModelShape {
  readonly layers: number;
  readonly embeddingLength: number;
  readonly feedForwardLength: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headLength: number;
  readonly vocabulary: number;
  /** Longest context in tokens. */
  readonly contextLength: number;
}

/** Columns and rows of the matrices of one layer. */
export function layerMatrices(shape: ModelShape): readonly (readonly [n: number, k: number])[] {
  const { embeddingLength: width, feedForwardLength: hidden, heads, keyValueHeads, headLength } = shape;
  const [queries, keys] = [heads * headLength, keyValueHeads * headLength];
  return [
    [queries, width],
    [keys, width],
    [keys, width],
    [width, queries],
    [hidden, width],
    [hidden, width],
    [width, hidden],
  ];
}
