import { Engine, GREEDY } from './engine/engine';

/** Tokens of the first answer, which nobody reads. */
const TOKENS = 4;

/**
 * A first answer, so that the weights are in memory and the kernels are known to run before a request comes.
 *
 * @throws Error when the engine gives none
 */
export async function warmUp(engine: Engine): Promise<void> {
  const { model, tokenizer } = engine;
  const text = tokenizer.encode('Hello', { addSpecial: true, parseSpecial: false });
  const prompt = text.slice(0, Math.max(1, model.contextLength - TOKENS));
  const generation = engine.submit({
    prompt: prompt.length > 0 ? prompt : [0],
    maxTokens: Math.max(1, Math.min(TOKENS, model.contextLength - prompt.length)),
    sampling: GREEDY,
  });
  const decoder = tokenizer.decoder();
  for await (const { id } of generation) {
    decoder.push(id);
  }
}
