/** In which form the built-in server computes with a model's layers. */
export enum ServedWeights {
  /** As the file has them: 16 bits for F32, F16, BF16 and Q6_K, 9 for Q8_0 and Q4_0, 4.28 for GK4. */
  AS_FILED = 'filed',
  /**
   * Quantised to GK4, 4.28 bits, while a process loads them. It costs minutes at each start of a large model, and some
   * accuracy; `graviton-engine-convert` does it once, ahead of time, and all processes then share the weights.
   */
  GK4 = 'gk4',
}
