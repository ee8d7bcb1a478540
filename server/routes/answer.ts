import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { FastifyReply } from 'fastify';
import { GenerationRequest } from '../engine/engine';
import { toApiError } from '../errors/to-api-error';
import { PlacedToken, TextOutcome, TextPieces } from '../generation/generate-text';
import { startAnswer } from '../generation/start-answer';
import { AnswerClock } from '../metrics/answer-clock';
import { Ticket } from '../queue/admission';
import { RequestLife } from '../request-life';
import { choiceSeed } from '../requests/choices';
import { CommonFields } from '../requests/common-fields';
import { Serving } from '../serving';
import { AnswerFormat } from './answer-format';
import { AnswerHead, answerEvents, usageOf } from './answer-stream';
import { keptAlive, settlesWithin } from './keep-alive';

export interface AnswerPlan {
  readonly fields: CommonFields;
  readonly format: AnswerFormat;
  readonly generation: GenerationRequest;
  readonly stops: readonly string[];
  readonly life: RequestLife;
  /** One for each choice. */
  readonly tickets: readonly Ticket[];
}

/** An answer that was begun: each of its choices, and what it is written by. */
interface Begun extends AnswerPlan {
  readonly head: AnswerHead;
  readonly texts: readonly Promise<TextPieces>[];
  readonly promptTokens: number;
  readonly logprobs: (tokens: readonly PlacedToken[]) => object | null;
}

/** Answers a request, whole or as a stream. */
export async function answer(serving: Serving, plan: AnswerPlan, reply: FastifyReply): Promise<unknown> {
  const { format, generation } = plan;
  const begun: Begun = {
    ...plan,
    head: {
      id: `${format.idPrefix}${randomUUID()}`,
      created: Math.floor(Date.now() / 1000),
      model: serving.engine.model.id,
    },
    texts: startChoices(serving, plan, reply),
    promptTokens: generation.prompt.length,
    logprobs: (tokens) => (generation.probabilities ? format.logprobs(tokens, serving.engine.tokenizer) : null),
  };
  // Where one choice fails, the others end with the reply.
  return plan.fields.stream ? streamed(serving, begun, reply) : whole(begun);
}

function startChoices(
  serving: Serving,
  { generation, stops, life, tickets }: AnswerPlan,
  reply: FastifyReply,
): Promise<TextPieces>[] {
  const { sampling } = generation;
  const { metrics } = serving;
  const clocks = tickets.map(() => new AnswerClock(metrics, life.began));
  reply.raw.once('close', () => {
    metrics.requestSeconds.observe((performance.now() - life.began) / 1000);
    clocks.forEach((clock) => clock.end());
  });
  return tickets.map((ticket, index) => {
    const own = { ...generation, sampling: { ...sampling, seed: choiceSeed(sampling.seed, index) } };
    return startAnswer(serving, { generation: own, stops, signal: life.signal, ticket, clock: clocks[index] });
  });
}

async function whole({ head, format, texts, promptTokens, logprobs }: Begun): Promise<object> {
  const answers = await Promise.all(texts.map(async (text) => wholeText(await text)));
  const choices = answers.map(({ content, tokens, outcome }, index) =>
    format.whole(index, content, outcome.finish, logprobs(tokens)),
  );
  const outcomes = answers.map(({ outcome }) => outcome);
  return { ...head, object: format.object, choices, usage: usageOf(promptTokens, outcomes) };
}

async function streamed({ options }: Serving, begun: Begun, reply: FastifyReply): Promise<unknown> {
  const { fields, texts } = begun;
  const silence = options.keepAliveSeconds * 1000;
  const first = Promise.race(texts);
  // What fails soon has its own status; once the stream has begun it can only be an event.
  if (await settlesWithin(first, silence)) {
    await first;
  }
  const failure = (error: unknown): object => toApiError(error, options.onError).body;
  const includeUsage = fields.stream_options?.include_usage === true;
  const events = answerEvents({ ...begun, includeUsage, failure });
  // Proxies that keep an answer until it is whole would undo the stream.
  void reply.headers({ 'cache-control': 'no-cache', 'x-accel-buffering': 'no' });
  return reply.type('text/event-stream; charset=utf-8').send(Readable.from(keptAlive(events, silence)));
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
