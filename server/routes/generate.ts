import { FastifyReply } from 'fastify';
import { GenerationRequest } from '../engine/engine';
import { prepared } from '../queue/admission';
import { RequestLife } from '../request-life';
import { AnswerLength, answerTokens, checkModel } from '../requests/check-request';
import { choiceCount } from '../requests/choices';
import { CommonFields } from '../requests/common-fields';
import { grammarOf, ResponseFormatFields } from '../requests/response-format';
import { SamplingFields, samplingOf, stopsOf } from '../requests/sampling-fields';
import { Serving } from '../serving';
import { answer } from './answer';
import { AnswerFormat } from './answer-format';

/** What a route makes of a request that asks for text. */
export interface Question extends AnswerLength {
  readonly fields: CommonFields & SamplingFields & ResponseFormatFields;
  readonly format: AnswerFormat;
  /** Makes the prompt's tokens, once the request has its place in the queue. */
  readonly prompt: () => Promise<readonly number[]>;
  readonly probabilities: GenerationRequest['probabilities'];
}

/** Answers a question when its turn comes. */
export async function generate(
  serving: Serving,
  question: Question,
  life: RequestLife,
  reply: FastifyReply,
): Promise<unknown> {
  const { engine, admission, options } = serving;
  const { fields, format, probabilities } = question;
  checkModel(engine.model, fields.model);
  const tickets = admission.enter(life.signal, choiceCount(fields, engine.slots));
  const generation = await prepared(tickets, async () => {
    const prompt = await question.prompt();
    return {
      prompt,
      maxTokens: answerTokens(question, {
        promptTokens: prompt.length,
        limit: options.maxTokens,
        contextLength: engine.model.contextLength,
      }),
      sampling: samplingOf(fields, engine.tokenizer.tokenCount),
      grammar: grammarOf(fields, engine.model),
      probabilities,
    };
  });
  return answer(serving, { fields, format, generation, stops: stopsOf(fields), life, tickets }, reply);
}
