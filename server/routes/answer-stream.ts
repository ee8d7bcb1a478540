import { PlacedToken, TextOutcome, TextPieces } from '../generation/generate-text';
import { Arrival, together } from '../generation/together';
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
  /** The text of each choice. */
  readonly texts: readonly Promise<TextPieces>[];
  readonly logprobs: (tokens: readonly PlacedToken[]) => object | null;
  readonly promptTokens: number;
  readonly includeUsage: boolean;
  /** The event that tells a client why its answer ends too early. */
  readonly failure: (error: unknown) => object;
}

/** The prompt counts once, however many choices there are, as OpenAI's API has it. */
export function usageOf(promptTokens: number, outcomes: readonly TextOutcome[]): Record<string, number> {
  const tokens = outcomes.reduce((sum, outcome) => sum + outcome.tokens, 0);
  return { prompt_tokens: promptTokens, completion_tokens: tokens, total_tokens: promptTokens + tokens };
}

const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;

/** An answer as server-sent events, in the words of OpenAI's API. It never throws: a failure is the last event. */
export async function* answerEvents(stream: AnswerStream): AsyncGenerator<string, void, void> {
  const { head, format, texts, includeUsage } = stream;
  const chunk = (choices: Choice[], usage: object | null = null): string =>
    event({ ...head, object: format.chunkObject, choices, ...(includeUsage ? { usage } : {}) });
  const outcomes: TextOutcome[] = [];
  try {
    for (const opening of texts.map((_, index) => format.opening?.(index))) {
      if (opening) {
        yield chunk([opening]);
      }
    }
    for await (const arrival of together(texts)) {
      yield chunk([choiceOf(stream, arrival)]);
      if (arrival.result.done) {
        outcomes.push(arrival.result.value);
      }
    }
    if (includeUsage) {
      yield chunk([], usageOf(stream.promptTokens, outcomes));
    }
    yield 'data: [DONE]\n\n';
  } catch (error) {
    yield event(stream.failure(error));
  }
}

function choiceOf({ format, logprobs }: AnswerStream, { index, result }: Arrival): Choice {
  return result.done
    ? format.closing(index, result.value.finish)
    : format.piece(index, result.value.text, logprobs(result.value.tokens));
}
