import { ModelFacts } from '../engine/engine';
import { ApiError } from '../errors/api-error';

/** @throws ApiError 404 when the request is for another model */
export function checkModel(model: ModelFacts, asked: string): void {
  if (asked !== model.id) {
    throw new ApiError(`The model ${asked} is not served here; ${model.id} is.`, {
      status: 404,
      type: 'invalid_request_error',
      param: 'model',
      code: 'model_not_found',
    });
  }
}

/** @throws ApiError 400 for a number that is no token of the model */
export function checkTokens(tokens: readonly number[], tokenCount: number, param: string): void {
  const stranger = tokens.find((token) => token >= tokenCount);
  if (stranger !== undefined) {
    const message = `${param} has the token ${stranger}; this model's are 0 to ${tokenCount - 1}.`;
    throw ApiError.badRequest(message, param);
  }
}

/**
 * The tokens of a text. It is looked at how many there are first: to make a list of millions takes its time.
 *
 * @throws ApiError 400 when the context has no room for them
 */
export function fittingTokens(tokens: Uint32Array, contextLength: number, param: string): number[] {
  if (tokens.length > contextLength) {
    const message = `The context of this model is ${contextLength} tokens; ${param} has ${tokens.length}.`;
    throw ApiError.badRequest(message, param, 'context_length_exceeded');
  }
  return Array.from(tokens);
}

/** How long an answer shall be. */
export interface AnswerLength {
  /** The field that has the prompt. */
  readonly param: 'prompt' | 'messages';
  /** What the request asks for. @default `usual` */
  readonly asked?: number | null;
  /** What it gets otherwise, where there is room for so many. @default as much as there is room for */
  readonly usual?: number;
}

export interface AnswerRoom {
  readonly promptTokens: number;
  /** The server's own limit. @default none */
  readonly limit?: number;
  readonly contextLength: number;
}

/**
 * Most tokens of an answer.
 *
 * @throws ApiError 400 when the request asks for more than there is room for, or its prompt has no tokens
 */
export function answerTokens(
  { param, asked, usual = Infinity }: AnswerLength,
  { promptTokens, limit = Infinity, contextLength }: AnswerRoom,
): number {
  if (promptTokens === 0) {
    throw ApiError.badRequest(`The prompt that ${param} makes has no tokens.`, param);
  }
  if (asked && asked > limit) {
    const message = `max_tokens is ${asked}; this server gives ${limit} at most.`;
    throw ApiError.badRequest(message, 'max_tokens');
  }
  const room = contextLength - promptTokens;
  if (room < (asked ?? 1)) {
    const wanted = `the prompt has ${promptTokens} tokens and the answer at least ${asked ?? 1}`;
    const message = `The context of this model is ${contextLength} tokens; ${wanted}.`;
    throw ApiError.badRequest(message, param, 'context_length_exceeded');
  }
  return asked ?? Math.min(room, limit, usual);
}
