import { FastifyReply } from 'fastify';
import { RequestLife } from '../request-life';
import { ChatCompletionRequest } from '../requests/chat-completion-request';
import { chatProbabilities } from '../requests/probabilities';
import { Serving } from '../serving';
import { CHAT_FORMAT } from './answer-format';
import { generate } from './generate';

/** POST /v1/chat/completions */
export async function chatCompletion(
  serving: Serving,
  fields: ChatCompletionRequest,
  life: RequestLife,
  reply: FastifyReply,
): Promise<unknown> {
  const question = {
    fields,
    format: CHAT_FORMAT,
    prompt: () => serving.chatPrompt.tokens(fields.messages),
    param: 'messages',
    asked: fields.max_completion_tokens ?? fields.max_tokens,
    probabilities: chatProbabilities(fields),
  } as const;
  return generate(serving, question, life, reply);
}
