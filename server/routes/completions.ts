import { FastifyReply } from 'fastify';
import { normalized } from '../prompt/normal-form';
import { prepared } from '../queue/admission';
import { RequestLife } from '../request-life';
import { answerTokens, checkModel, checkTokens, fittingTokens } from '../requests/check-request';
import { CompletionRequest, onePrompt } from '../requests/completion-request';
import { completionProbabilities } from '../requests/probabilities';
import { grammarOf } from '../requests/response-format';
import { samplingOf, stopsOf } from '../requests/sampling-fields';
import { Serving } from '../serving';
import { answer } from './answer';
import { COMPLETION_FORMAT } from './answer-format';

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
  const { model, tokenizer } = serving.engine;
  checkModel(model, fields.model);
  const ticket = serving.admission.enter(life.signal);
  const generation = await prepared(ticket, async () => {
    const prompt = await promptOf(serving, fields);
    const maxTokens = answerTokens({
      param: 'prompt',
      promptTokens: prompt.length,
      asked: fields.max_tokens,
      limit: serving.options.maxTokens,
      contextLength: model.contextLength,
    });
    return {
      prompt,
      maxTokens,
      sampling: samplingOf(fields, tokenizer.tokenCount),
      grammar: grammarOf(fields, model),
      probabilities: completionProbabilities(fields),
    };
  });
  return answer(
    serving,
    { fields, format: COMPLETION_FORMAT, generation, stops: stopsOf(fields), life, ticket },
    reply,
  );
}
