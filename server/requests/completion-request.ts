import { CommonFields, commonSchema, only, tokenCountSchema } from './common-fields';
import { LIKELIEST } from './probabilities';
import { ResponseFormatFields, responseFormatSchema } from './response-format';
import { SamplingFields, samplingSchema } from './sampling-fields';

/** The body of POST /v1/completions, as far as it is supported. */
export interface CompletionRequest extends CommonFields, SamplingFields, ResponseFormatFields {
  /** A text, in which the names of control tokens are control tokens, or tokens. */
  readonly prompt: string | readonly number[];
  readonly max_tokens?: number | null;
  /** Likeliest tokens that are told with each token; OpenAI's API allows 5. */
  readonly logprobs?: number | false | null;
}

export const completionRequestSchema = {
  type: 'object',
  required: ['model', 'prompt'],
  additionalProperties: false,
  properties: {
    ...commonSchema,
    ...samplingSchema,
    prompt: {
      anyOf: [
        { type: 'string', minLength: 1 },
        { type: 'array', minItems: 1, items: { type: 'integer', minimum: 0, maximum: 2 ** 24 } },
      ],
    },
    max_tokens: tokenCountSchema,
    best_of: only(1),
    echo: only(false),
    logprobs: { anyOf: [{ type: 'integer', minimum: 0, maximum: LIKELIEST }, { enum: [false, null] }] },
    ...responseFormatSchema,
    suffix: only(''),
  },
} as const;
