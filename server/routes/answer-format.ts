import { EngineFinish } from '../engine/engine';

/** One of the `choices` of an answer, or of a piece of one. */
export type Choice = Readonly<Record<string, unknown>>;

/** How an answer is written: as a completion, or as a chat completion. */
export interface AnswerFormat {
  readonly idPrefix: string;
  readonly object: string;
  readonly chunkObject: string;
  /** What a stream begins with, if with anything. */
  readonly opening?: Choice;
  whole(text: string, finish: EngineFinish): Choice;
  piece(text: string): Choice;
  closing(finish: EngineFinish): Choice;
}

export const COMPLETION_FORMAT: AnswerFormat = {
  idPrefix: 'cmpl-',
  object: 'text_completion',
  chunkObject: 'text_completion',
  whole: (text, finish) => ({ index: 0, text, logprobs: null, finish_reason: finish }),
  piece: (text) => ({ index: 0, text, logprobs: null, finish_reason: null }),
  closing: (finish) => ({ index: 0, text: '', logprobs: null, finish_reason: finish }),
};

export const CHAT_FORMAT: AnswerFormat = {
  idPrefix: 'chatcmpl-',
  object: 'chat.completion',
  chunkObject: 'chat.completion.chunk',
  opening: { index: 0, delta: { role: 'assistant', content: '' }, logprobs: null, finish_reason: null },
  whole: (content, finish) => ({
    index: 0,
    message: { role: 'assistant', content, refusal: null },
    logprobs: null,
    finish_reason: finish,
  }),
  piece: (content) => ({ index: 0, delta: { content }, logprobs: null, finish_reason: null }),
  closing: (finish) => ({ index: 0, delta: {}, logprobs: null, finish_reason: finish }),
};
