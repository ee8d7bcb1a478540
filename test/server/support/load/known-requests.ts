import { Received } from './exchange';

/** A request whose answer is always the same. */
export interface KnownRequest {
  readonly path: string;
  readonly fields: object;
  /** Only completions and chats stream. */
  readonly streams: boolean;
}

/** What a request was answered: its text, or its numbers, with the reason why it ended. */
export type Content = string;

/** Token that ends a turn; without it answers have the length that is asked for. */
const END = { 257: -100 };

const completion = (prompt: string, max_tokens: number, more: object = {}): KnownRequest => ({
  path: '/v1/completions',
  fields: { model: 'model', prompt, max_tokens, temperature: 0, ...more },
  streams: true,
});

const chat = (content: string, more: object = {}): KnownRequest => ({
  path: '/v1/chat/completions',
  fields: { model: 'model', messages: [{ role: 'user', content }], max_tokens: 60, temperature: 0, ...more },
  streams: true,
});

const embedding = (input: string | string[]): KnownRequest => ({
  path: '/v1/embeddings',
  fields: { model: 'model', input },
  streams: false,
});

/** Sentences of the licence, and what is asked of the model about them. */
export const KNOWN_REQUESTS: readonly KnownRequest[] = [
  completion('Grant of Copyright License. Subject to', 48),
  completion('You may', 160, { temperature: 1.2, seed: 7, logit_bias: END }),
  completion('Each Contributor', 100, { temperature: 0.9, top_p: 0.9, seed: 11, logit_bias: END }),
  completion('"Work" shall mean', 24, { stop: [' the', '\n'] }),
  completion('Unless required by applicable law', 200, { logit_bias: END, repetition_penalty: 1.1 }),
  chat('"Licensor" shall mean the copyright owner'),
  chat('Redistribution. You may', { temperature: 1, seed: 3 }),
  embedding('License'),
  embedding(['Notice', 'Contribution', 'Grant of Patent License']),
];

interface Answered {
  readonly choices?: {
    text?: string;
    message?: { content: string };
    delta?: { content?: string };
    finish_reason: string | null;
  }[];
  readonly data?: { embedding: unknown }[];
  readonly error?: { code: string | null };
}

/** What an answer of status 200 says. @throws Error when it is not whole */
export function contentOf({ body, type }: Received): Content {
  if (type.startsWith('text/event-stream')) {
    return streamedContent(body);
  }
  const { choices, data } = JSON.parse(body) as Answered;
  const choice = choices?.[0];
  return choice
    ? JSON.stringify([choice.text ?? choice.message?.content, choice.finish_reason])
    : JSON.stringify(data!.map(({ embedding: numbers }) => numbers));
}

/** A stream was ended with an event that says so. */
export class StreamedError extends Error {}

function streamedContent(body: string): Content {
  const events = body.split('\n\n');
  const last = events.pop();
  const done = events.pop();
  const chunks = events.map((event) => JSON.parse(event.replace(/^data: /, '')) as Answered);
  const error = /^data: \{"error"/.test(done ?? '') && (JSON.parse(done!.slice('data: '.length)) as Answered).error;
  if (error) {
    throw new StreamedError(error.code ?? 'error');
  }
  if (last !== '' || done !== 'data: [DONE]') {
    throw new Error(`a stream ends as if it were whole, with ${JSON.stringify(body.slice(-100))}`);
  }
  const choices = chunks.map((chunk) => chunk.choices![0]);
  const text = choices.map(({ text: piece, delta }) => piece ?? delta?.content ?? '').join('');
  return JSON.stringify([text, choices.at(-1)!.finish_reason]);
}
