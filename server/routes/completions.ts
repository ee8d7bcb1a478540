import { FastifyReply } from 'fastify';
import { normalized } from '../prompt/normal-form';
import { RequestLife } from '../request-life';
import { checkTokens, fittingTokens } from '../requests/check-request';
import { CompletionRequest, onePrompt } from '../requests/completion-request';
import { completionProbabilities } from '../requests/probabilities';
import { Serving } from '../serving';
import { COMPLETION_FORMAT } from './answer-format';
import { generate } from './generate';

/**
 * Tokens of a completion that says nothing of its length, as OpenAI's API and vLLM have it
 * (https://platform.openai.com/docs/api-reference/completions/create, read 2026-11-23): few models end a text by
 * themselves that is no chat, and one request would hold its slot to the end of the context.
 */
const USUAL_TOKENS = 16;

async function promptOf(
  { engine: { model, tokenizer } }: Serving,
  fields: CompletionRequest,
): Promise<readonly number[]> {
  const prompt = onePrompt(fields);
  if (typeof prompt === 'string') {
    const tokens = await tokenizer.encodeLater(normalized(tokenizer, prompt), { addSpecial: true, parseSpecial: true });
    return fittingTokens(tokens, model.contextLength, 'prompt');
  }
  checkTokens(prompt, tokenizer.tokenCount, 'prompt');
  return prompt;
}

/** POST /v1/completions */
export async function completion(
  serving: Serving,
  fields: CompletionRequest,
  life: RequestLife,
  reply: FastifyReply,
): Promise<unknown> {
  const question = {
    fields,
    format: COMPLETION_FORMAT,
    prompt: () => promptOf(serving, fields),
    param: 'prompt',
    asked: fields.max_tokens,
    usual: USUAL_TOKENS,
    probabilities: completionProbabilities(fields),
  } as const;
  return generate(serving, question, life, reply);
}
