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
  /** What a stream begins with, if with anything. */
  readonly opening?: Choice;
  logprobs(tokens: readonly PlacedToken[], tokenizer: Tokenizer): object;
  whole(text: string, finish: EngineFinish, logprobs: object | null): Choice;
  piece(text: string, logprobs: object | null): Choice;
  closing(finish: EngineFinish): Choice;
}

export const COMPLETION_FORMAT: AnswerFormat = {
  idPrefix: 'cmpl-',
  object: 'text_completion',
  chunkObject: 'text_completion',
  logprobs: completionLogProbabilities,
  whole: (text, finish, logprobs) => ({ index: 0, text, logprobs, finish_reason: finish }),
  piece: (text, logprobs) => ({ index: 0, text, logprobs, finish_reason: null }),
  closing: (finish) => ({ index: 0, text: '', logprobs: null, finish_reason: finish }),
};

export const CHAT_FORMAT: AnswerFormat = {
  idPrefix: 'chatcmpl-',
  object: 'chat.completion',
  chunkObject: 'chat.completion.chunk',
  logprobs: chatLogProbabilities,
  opening: { index: 0, delta: { role: 'assistant', content: '' }, logprobs: null, finish_reason: null },
  whole: (content, finish, logprobs) => ({
    index: 0,
    message: { role: 'assistant', content, refusal: null },
    logprobs,
    finish_reason: finish,
  }),
  piece: (content, logprobs) => ({ index: 0, delta: { content }, logprobs, finish_reason: null }),
  closing: (finish) => ({ index: 0, delta: {}, logprobs: null, finish_reason: finish }),
};
