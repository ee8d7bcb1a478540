import { GenerationRequest } from './engine';
import { NativeRequest } from './native-addon';

/** A bias from here down forbids its token, as OpenAI's API has it. */
const FORBIDDING_BIAS = -100;

/** A generation in the words of the add-on. */
export function generationRequest(request: GenerationRequest): NativeRequest {
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

/** The mean of the hidden states, and no answer. */
export function embeddingRequest(): NativeRequest {
  return {
    maxTokens: 0,
    pooling: 1,
    temperature: 0,
    topK: 0,
    topP: 1,
    minP: 0,
    repetitionPenalty: 1,
    presencePenalty: 0,
    frequencyPenalty: 0,
    seed: 0n,
    biasTokens: new Uint32Array(),
    biases: new Float32Array(),
    logProbabilities: 0,
    likeliest: 0,
  };
}
