import { FastifyReply } from 'fastify';
import { normalized } from '../prompt/normal-form';
import { RequestLife } from '../request-life';
import { answerTokens, checkModel, checkTokens } from '../requests/check-request';
import { CompletionRequest, onePrompt } from '../requests/completion-request';
import { samplingOf, stopsOf } from '../requests/sampling-fields';
import { Serving } from '../serving';
import { answer } from './answer';
import { COMPLETION_FORMAT } from './answer-format';

function promptOf({ engine: { tokenizer } }: Serving, fields: CompletionRequest): readonly number[] {
  const prompt = onePrompt(fields);
  if (typeof prompt === 'string') {
    return tokenizer.encode(normalized(tokenizer, prompt), { addSpecial: true, parseSpecial: true });
  }
  checkTokens(prompt, tokenizer.tokenCount, 'prompt');
  return prompt;
}

/** POST /v1/completions */
export function completion(
  serving: Serving,
  fields: CompletionRequest,
  life: RequestLife,
  reply: FastifyReply,
): Promise<unknown> {
  const { model, tokenizer } = serving.engine;
  checkModel(model, fields.model);
  const prompt = promptOf(serving, fields);
  const maxTokens = answerTokens({
    promptTokens: prompt.length,
    asked: fields.max_tokens,
    limit: serving.options.maxTokens,
    contextLength: model.contextLength,
  });
  const generation = { prompt, maxTokens, sampling: samplingOf(fields, tokenizer.tokenCount) };
  return answer(serving, { fields, format: COMPLETION_FORMAT, generation, stops: stopsOf(fields), life }, reply);
}
