import { CommonFields, commonSchema, only, tokenCountSchema } from './common-fields';
import { LIKELIEST } from './probabilities';
import { ResponseFormatFields, responseFormatSchema } from './response-format';
import { SamplingFields, samplingSchema } from './sampling-fields';

export interface TextPart {
  readonly type: 'text';
  readonly text: string;
}

export interface ChatMessage {
  readonly role: string;
  readonly content?: string | readonly TextPart[] | null;
  readonly name?: string;
}

/** The body of POST /v1/chat/completions, as far as it is supported. */
export interface ChatCompletionRequest extends CommonFields, SamplingFields, ResponseFormatFields {
  readonly messages: readonly ChatMessage[];
  readonly max_tokens?: number | null;
  /** OpenAI's newer name of max_tokens; holds where both are given. */
  readonly max_completion_tokens?: number | null;
  readonly logprobs?: boolean | null;
  readonly top_logprobs?: number | null;
}

const textPart = {
  type: 'object',
  required: ['type', 'text'],
  additionalProperties: false,
  properties: { type: { const: 'text' }, text: { type: 'string' } },
} as const;

const message = {
  type: 'object',
  required: ['role', 'content'],
  additionalProperties: false,
  properties: {
    role: { enum: ['system', 'developer', 'user', 'assistant', 'tool'] },
    content: { anyOf: [{ type: 'string' }, { type: 'array', items: textPart }] },
    name: { type: 'string', maxLength: 64 },
    refusal: { type: 'null' },
  },
} as const;

export const chatCompletionRequestSchema = {
  type: 'object',
  required: ['model', 'messages'],
  additionalProperties: false,
  properties: {
    ...commonSchema,
    ...samplingSchema,
    messages: { type: 'array', minItems: 1, maxItems: 4096, items: message },
    max_tokens: tokenCountSchema,
    max_completion_tokens: tokenCountSchema,
    logprobs: { type: ['boolean', 'null'] },
    top_logprobs: { type: ['integer', 'null'], minimum: 0, maximum: LIKELIEST },
    store: only(false),
    ...responseFormatSchema,
  },
} as const;
