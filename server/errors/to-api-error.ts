import { FastifyError } from 'fastify';
import { GrammarTooAmbiguous, NoTokenAllowed } from '../engine/engine';
import { ClientGone } from '../request-life';
import { ApiError } from './api-error';

type Problem = NonNullable<FastifyError['validation']>[number];

function fieldOf({ instancePath, params }: Problem): string {
  const inside = instancePath.split('/').slice(1);
  const named = params.missingProperty ?? params.additionalProperty;
  return [...inside, ...(typeof named === 'string' ? [named] : [])].join('.');
}

function describe(problem: Problem): string {
  const field = fieldOf(problem) || 'body';
  const allowed = problem.params.allowedValues ?? problem.params.allowedValue;
  if (problem.keyword === 'additionalProperties') {
    return `${field} is not supported`;
  }
  if (problem.keyword === 'required') {
    return `${field} is missing`;
  }
  return `${field} ${problem.message ?? 'is wrong'}${allowed === undefined ? '' : `: ${JSON.stringify(allowed)}`}`;
}

/** All problems of a body at once; what an alternative says of itself is left out where none of them fits. */
function badBody(problems: readonly Problem[]): ApiError {
  const messages = [...new Set(problems.map(describe))];
  return ApiError.badRequest(`${messages.join('; ')}.`, fieldOf(problems[0]) || undefined);
}

/**
 * What a client is told of anything that was thrown.
 *
 * @param onError receives what was not the client's doing, of which it is told nothing
 */
export function toApiError(error: unknown, onError: (error: unknown) => void): ApiError {
  const known = knownError(error);
  if (!known && !(error instanceof ClientGone)) {
    onError(error);
  }
  return known ?? ApiError.internal();
}

function knownError(error: unknown): ApiError | undefined {
  if (error instanceof ApiError) {
    return error;
  }
  if (error instanceof GrammarTooAmbiguous) {
    const message = `The schema cannot be followed: ${error.message}. Let alternatives differ in what comes first.`;
    return ApiError.badRequest(message, 'response_format', 'schema_too_ambiguous');
  }
  if (error instanceof NoTokenAllowed) {
    const message = 'logit_bias forbids every token that may come next; response_format, if given, allows no others.';
    return ApiError.badRequest(message, 'logit_bias', 'no_token_allowed');
  }
  const { validation, statusCode, message } = error as FastifyError;
  if (validation) {
    return badBody(validation);
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new ApiError(message, { status: statusCode, type: 'invalid_request_error' });
  }
  return undefined;
}
