import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { FastifyReply } from 'fastify';
import { GenerationRequest } from '../engine/engine';
import { ApiError } from '../errors/api-error';
import { toApiError } from '../errors/to-api-error';
import { PlacedToken, TextOutcome, TextPieces } from '../generation/generate-text';
import { startAnswer } from '../generation/start-answer';
import { AnswerClock } from '../metrics/answer-clock';
import { RequestLife } from '../request-life';
import { CommonFields } from '../requests/common-fields';
import { Serving } from '../serving';
import { AnswerFormat } from './answer-format';
import { AnswerHead, answerEvents, usageOf } from './answer-stream';

export interface AnswerPlan {
  readonly fields: CommonFields;
  readonly format: AnswerFormat;
  readonly generation: GenerationRequest;
  readonly stops: readonly string[];
  readonly life: RequestLife;
}

/** Answers a request, whole or as a stream. */
export async function answer(serving: Serving, plan: AnswerPlan, reply: FastifyReply): Promise<unknown> {
  const { fields, format, generation, stops, life } = plan;
  const clock = new AnswerClock(serving.metrics);
  reply.raw.once('close', () => clock.end());
  const head: AnswerHead = {
    id: `${format.idPrefix}${randomUUID()}`,
    created: Math.floor(Date.now() / 1000),
    model: serving.engine.model.id,
  };
  const text = await startAnswer(serving, { generation, stops, signal: life.signal, clock });
  const promptTokens = generation.prompt.length;
  const logprobs = (tokens: readonly PlacedToken[]): object | null =>
    generation.probabilities ? format.logprobs(tokens, serving.engine.tokenizer) : null;
  if (!fields.stream) {
    const { content, tokens, outcome } = await wholeText(text);
    const choices = [format.whole(content, outcome.finish, logprobs(tokens))];
    return { ...head, object: format.object, choices, usage: usageOf(promptTokens, outcome) };
  }
  const includeUsage = fields.stream_options?.include_usage === true;
  const failure = (error: unknown): object => failureBody(serving, error);
  const events = answerEvents({ head, format, text, logprobs, promptTokens, includeUsage, failure });
  // Proxies that keep an answer until it is whole would undo the stream.
  void reply.headers({ 'cache-control': 'no-cache', 'x-accel-buffering': 'no' });
  return reply.type('text/event-stream; charset=utf-8').send(Readable.from(events));
}

interface WholeText {
  readonly content: string;
  readonly tokens: readonly PlacedToken[];
  readonly outcome: TextOutcome;
}

async function wholeText(text: TextPieces): Promise<WholeText> {
  const parts: string[] = [];
  const tokens: PlacedToken[] = [];
  let next = await text.next();
  for (; !next.done; next = await text.next()) {
    parts.push(next.value.text);
    tokens.push(...next.value.tokens);
  }
  return { content: parts.join(''), tokens, outcome: next.value };
}

function failureBody({ options }: Serving, error: unknown): object {
  const known = toApiError(error);
  if (!known) {
    options.onError(error);
  }
  return (known ?? ApiError.internal()).body;
}
