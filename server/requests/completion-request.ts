import { CommonFields, commonSchema, only, tokenCountSchema } from './common-fields';
import { SamplingFields, samplingSchema } from './sampling-fields';

/** The body of POST /v1/completions, as far as it is supported. */
export interface CompletionRequest extends CommonFields, SamplingFields {
  /** A text, in which the names of control tokens are control tokens, or tokens. */
  readonly prompt: string | readonly number[];
  readonly max_tokens?: number | null;
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
    logprobs: only(false),
    suffix: only(''),
  },
} as const;
