import { LikelyToken } from '../engine/engine';
import { Tokenizer } from '../engine/tokenizer';
import { PlacedToken } from '../generation/generate-text';

/** What OpenAI's API says of a token that has no chance: JSON has no infinity. */
const NO_CHANCE = -9999;

const logprobOf = (value: number): number => Math.max(value, NO_CHANCE);

/** The probabilities of tokens in the words of chat completions: a part of a character shows as U+FFFD, and in bytes. */
export function chatLogProbabilities(tokens: readonly PlacedToken[], tokenizer: Tokenizer): object {
  const entry = ({ id, logProbability }: LikelyToken): object => {
    const bytes = Buffer.from(tokenizer.bytes(id));
    return { token: bytes.toString(), logprob: logprobOf(logProbability), bytes: [...bytes] };
  };
  const content = tokens.map(({ id, logProbability = NaN, likeliest = [] }) => ({
    ...entry({ id, logProbability }),
    top_logprobs: likeliest.map((each) => entry(each)),
  }));
  return { content, refusal: null };
}

/** A token as a name: one that is no text by its bytes, as OpenAI's API writes it. */
function nameOf(id: number, tokenizer: Tokenizer): string {
  const bytes = Buffer.from(tokenizer.bytes(id));
  const text = bytes.toString();
  const isText = Buffer.from(text).equals(bytes);
  return isText ? text : `bytes:${[...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}`;
}

/** The probabilities of tokens in the words of completions. The likeliest include the token itself. */
export function completionLogProbabilities(tokens: readonly PlacedToken[], tokenizer: Tokenizer): object {
  const top = ({ id, logProbability = NaN, likeliest = [] }: PlacedToken): object =>
    Object.fromEntries(
      [...likeliest, { id, logProbability }].map((each) => [
        nameOf(each.id, tokenizer),
        logprobOf(each.logProbability),
      ]),
    );
  return {
    tokens: tokens.map(({ id }) => nameOf(id, tokenizer)),
    token_logprobs: tokens.map(({ logProbability = NaN }) => logprobOf(logProbability)),
    top_logprobs: tokens.map(top),
    text_offset: tokens.map(({ offset }) => offset),
  };
}
