import { FastifyReply } from 'fastify';
import { RequestLife } from '../request-life';
import { ChatCompletionRequest } from '../requests/chat-completion-request';
import { answerTokens, checkModel } from '../requests/check-request';
import { chatProbabilities } from '../requests/probabilities';
import { grammarOf } from '../requests/response-format';
import { samplingOf, stopsOf } from '../requests/sampling-fields';
import { Serving } from '../serving';
import { answer } from './answer';
import { CHAT_FORMAT } from './answer-format';

/** POST /v1/chat/completions */
export function chatCompletion(
  serving: Serving,
  fields: ChatCompletionRequest,
  life: RequestLife,
  reply: FastifyReply,
): Promise<unknown> {
  const { model, tokenizer } = serving.engine;
  checkModel(model, fields.model);
  const prompt = serving.chatPrompt.tokens(fields.messages);
  const maxTokens = answerTokens({
    promptTokens: prompt.length,
    asked: fields.max_completion_tokens ?? fields.max_tokens,
    limit: serving.options.maxTokens,
    contextLength: model.contextLength,
  });
  const generation = {
    prompt,
    maxTokens,
    sampling: samplingOf(fields, tokenizer.tokenCount),
    grammar: grammarOf(fields, model),
    probabilities: chatProbabilities(fields),
  };
  return answer(serving, { fields, format: CHAT_FORMAT, generation, stops: stopsOf(fields), life }, reply);
}
