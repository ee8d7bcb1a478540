/** How the weights of a model lie in its GGUF file, of the types that the built-in server runs. */
export enum WeightType {
  /** 32 bits; in memory bf16, 16 bits. */
  F32 = 'F32',
  /** 16 bits; in memory bf16. */
  F16 = 'F16',
  /** 16 bits. */
  BF16 = 'BF16',
  /** 6.56 bits; in memory bf16, 16 bits. */
  Q6_K = 'Q6_K',
  /** 8.5 bits; in memory 9. */
  Q8_0 = 'Q8_0',
  /** 4.5 bits; in memory 9. */
  Q4_0 = 'Q4_0',
  /** 4.28 bits, made by `graviton-engine-convert`: used where they lie in the file, once for all processes. */
  GK4 = 'GK4',
}
