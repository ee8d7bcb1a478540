import { PlacedToken, TextOutcome, TextPieces } from '../generation/generate-text';
import { AnswerFormat, Choice } from './answer-format';

/** What all pieces of a streamed answer have. */
export interface AnswerHead {
  readonly id: string;
  readonly created: number;
  readonly model: string;
}

export interface AnswerStream {
  readonly head: AnswerHead;
  readonly format: AnswerFormat;
  readonly text: TextPieces;
  readonly logprobs: (tokens: readonly PlacedToken[]) => object | null;
  readonly promptTokens: number;
  readonly includeUsage: boolean;
  /** The event that tells a client why its answer ends too early. */
  readonly failure: (error: unknown) => object;
}

export function usageOf(promptTokens: number, { tokens }: TextOutcome): Record<string, number> {
  return { prompt_tokens: promptTokens, completion_tokens: tokens, total_tokens: promptTokens + tokens };
}

const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;

/** An answer as server-sent events, in the words of OpenAI's API. It never throws: a failure is the last event. */
export async function* answerEvents(stream: AnswerStream): AsyncGenerator<string, void, void> {
  const { head, format, text, includeUsage } = stream;
  const chunk = (choices: Choice[], usage: object | null = null): string =>
    event({ ...head, object: format.chunkObject, choices, ...(includeUsage ? { usage } : {}) });
  try {
    if (format.opening) {
      yield chunk([format.opening]);
    }
    let next = await text.next();
    for (; !next.done; next = await text.next()) {
      yield chunk([format.piece(next.value.text, stream.logprobs(next.value.tokens))]);
    }
    yield chunk([format.closing(next.value.finish)]);
    if (includeUsage) {
      yield chunk([], usageOf(stream.promptTokens, next.value));
    }
    yield 'data: [DONE]\n\n';
  } catch (error) {
    yield event(stream.failure(error));
  } finally {
    await text.return({ finish: 'stop', tokens: 0 });
  }
}
