import { GenerationRequest } from '../engine/engine';
import { ApiError } from '../errors/api-error';

/** Most tokens whose probabilities come with each token: `GE_LIKELIEST_MAX`, as OpenAI's API has it for chats. */
export const LIKELIEST = 20;

type Probabilities = GenerationRequest['probabilities'];

/** @throws ApiError 400 when `top_logprobs` is asked for without `logprobs` */
export function chatProbabilities(fields: {
  readonly logprobs?: boolean | null;
  readonly top_logprobs?: number | null;
}): Probabilities {
  if (!fields.logprobs && typeof fields.top_logprobs === 'number') {
    throw ApiError.badRequest('top_logprobs needs logprobs to be true.', 'top_logprobs');
  }
  return fields.logprobs ? { likeliest: fields.top_logprobs ?? 0 } : undefined;
}

export function completionProbabilities({ logprobs }: { readonly logprobs?: number | false | null }): Probabilities {
  return typeof logprobs === 'number' ? { likeliest: logprobs } : undefined;
}
