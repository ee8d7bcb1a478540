import { EngineFinish } from '../engine/engine';
import { Tokenizer } from '../engine/tokenizer';
import { PlacedToken } from '../generation/generate-text';
import { chatLogProbabilities, completionLogProbabilities } from './log-probabilities';

/** One of the `choices` of an answer, or of a piece of one. */
export type Choice = Readonly<Record<string, unknown>>;

/** How an answer is written: as a completion, or as a chat completion. `logprobs` is null where nobody asked for them. */
export interface AnswerFormat {
  readonly idPrefix: string;
  readonly object: string;
  readonly chunkObject: string;
  /** What the stream of a choice begins with, if with anything. */
  readonly opening?: (index: number) => Choice;
  logprobs(tokens: readonly PlacedToken[], tokenizer: Tokenizer): object;
  whole(index: number, text: string, finish: EngineFinish, logprobs: object | null): Choice;
  piece(index: number, text: string, logprobs: object | null): Choice;
  closing(index: number, finish: EngineFinish): Choice;
}

export const COMPLETION_FORMAT: AnswerFormat = {
  idPrefix: 'cmpl-',
  object: 'text_completion',
  chunkObject: 'text_completion',
  logprobs: completionLogProbabilities,
  whole: (index, text, finish, logprobs) => ({ index, text, logprobs, finish_reason: finish }),
  piece: (index, text, logprobs) => ({ index, text, logprobs, finish_reason: null }),
  closing: (index, finish) => ({ index, text: '', logprobs: null, finish_reason: finish }),
};

export const CHAT_FORMAT: AnswerFormat = {
  idPrefix: 'chatcmpl-',
  object: 'chat.completion',
  chunkObject: 'chat.completion.chunk',
  logprobs: chatLogProbabilities,
  opening: (index) => ({ index, delta: { role: 'assistant', content: '' }, logprobs: null, finish_reason: null }),
  whole: (index, content, finish, logprobs) => ({
    index,
    message: { role: 'assistant', content, refusal: null },
    logprobs,
    finish_reason: finish,
  }),
  piece: (index, content, logprobs) => ({ index, delta: { content }, logprobs, finish_reason: null }),
  closing: (index, finish) => ({ index, delta: {}, logprobs: null, finish_reason: finish }),
};
