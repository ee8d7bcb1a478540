import { WeightType } from '../../weight-type';

/** ggml's numbers of the types that the engine runs. Source: ggml.h of ggml 0.9. I8 stands for GK4. */
const KNOWN: Readonly<Record<number, WeightType>> = {
  0: WeightType.F32,
  1: WeightType.F16,
  2: WeightType.Q4_0,
  8: WeightType.Q8_0,
  14: WeightType.Q6_K,
  24: WeightType.GK4,
  30: WeightType.BF16,
};

/** Names of common types that it does not run, for messages. */
const OTHERS: Readonly<Record<number, string>> = {
  ...{ 3: 'Q4_1', 6: 'Q5_0', 7: 'Q5_1', 10: 'Q2_K', 11: 'Q3_K', 12: 'Q4_K', 13: 'Q5_K' },
  ...{ 16: 'IQ2_XXS', 17: 'IQ2_XS', 18: 'IQ3_XXS', 19: 'IQ1_S', 20: 'IQ4_NL', 21: 'IQ3_S', 22: 'IQ2_S', 23: 'IQ4_XS' },
  ...{ 34: 'TQ1_0', 35: 'TQ2_0', 39: 'MXFP4' },
};

/** Undefined for a type that the engine does not run. */
export function weightTypeOf(type: number): WeightType | undefined {
  return KNOWN[type];
}

export function tensorTypeName(type: number): string {
  return KNOWN[type] ?? OTHERS[type] ?? `ggml type ${type}`;
}
