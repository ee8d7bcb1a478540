import { GenerationRequest, GREEDY } from './engine';
import { NativeRequest } from './native-addon';

/** A bias from here down forbids its token, as OpenAI's API has it. */
const FORBIDDING_BIAS = -100;

/** A generation in the words of the add-on. */
export function generationRequest(request: Omit<GenerationRequest, 'prompt'>): NativeRequest {
  const { maxTokens, sampling, probabilities, grammar } = request;
  const { logitBias, seed, ...numbers } = sampling;
  const biases = [...logitBias.values()].map((bias) => (bias <= FORBIDDING_BIAS ? -Infinity : bias));
  return {
    ...numbers,
    maxTokens,
    pooling: 0,
    // Negative seeds are seeds of their own.
    seed: BigInt.asUintN(64, BigInt(seed)),
    biasTokens: Uint32Array.from(logitBias.keys()),
    biases: Float32Array.from(biases),
    logProbabilities: probabilities ? 1 : 0,
    likeliest: probabilities?.likeliest ?? 0,
    grammar,
  };
}

/** An embedding, and no answer. */
export function embeddingRequest(): NativeRequest {
  return { ...generationRequest({ maxTokens: 0, sampling: GREEDY }), pooling: 1 };
}
