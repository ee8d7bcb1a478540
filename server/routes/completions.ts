import { FastifyReply } from 'fastify';
import { normalized } from '../prompt/guarded-text';
import { RequestLife } from '../request-life';
import { answerTokens, checkModel, checkTokens } from '../requests/check-request';
import { CompletionRequest } from '../requests/completion-request';
import { completionProbabilities } from '../requests/probabilities';
import { grammarOf } from '../requests/response-format';
import { samplingOf, stopsOf } from '../requests/sampling-fields';
import { Serving } from '../serving';
import { answer } from './answer';
import { COMPLETION_FORMAT } from './answer-format';

function promptOf({ engine: { tokenizer } }: Serving, { prompt }: CompletionRequest): readonly number[] {
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
  const generation = {
    prompt,
    maxTokens,
    sampling: samplingOf(fields, tokenizer.tokenCount),
    grammar: grammarOf(fields, model),
    probabilities: completionProbabilities(fields),
  };
  return answer(serving, { fields, format: COMPLETION_FORMAT, generation, stops: stopsOf(fields), life }, reply);
}
