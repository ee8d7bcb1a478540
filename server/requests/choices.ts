import { createHash } from 'node:crypto';
import { ApiError } from '../errors/api-error';
import { CommonFields } from './common-fields';

/**
 * How many answers a request asks for, which OpenAI's API calls choices.
 *
 * @throws ApiError 400 for more than can ever be at work together
 */
export function choiceCount({ n }: CommonFields, slots: number): number {
  const count = n ?? 1;
  if (count > slots) {
    throw ApiError.badRequest(`n is ${count}; allowed are 1 to ${slots}, for each choice takes a slot.`, 'n');
  }
  return count;
}

/** The seed of a choice. The first has the request's own: it is what it would be without the others. */
export function choiceSeed(seed: number, index: number): number {
  if (index === 0) {
    return seed;
  }
  // By a hash, lest the second choice of a seed be the first one of its neighbour. 48 bits are a number as they are.
  return createHash('sha256').update(`${seed}/${index}`).digest().readUIntBE(0, 6);
}
