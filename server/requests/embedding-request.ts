/** The body of POST /v1/embeddings, as far as it is supported. */
export interface EmbeddingRequest {
  readonly model: string;
  readonly input: string | readonly string[] | readonly number[] | readonly (readonly number[])[];
  readonly encoding_format?: 'float' | 'base64' | null;
  readonly dimensions?: number | null;
}

const text = { type: 'string', minLength: 1 } as const;
const tokens = { type: 'array', minItems: 1, items: { type: 'integer', minimum: 0, maximum: 2 ** 24 } } as const;

/** Texts of one request, as OpenAI allows them. */
const INPUTS = 2048;

export const embeddingRequestSchema = {
  type: 'object',
  required: ['model', 'input'],
  additionalProperties: false,
  properties: {
    model: { type: 'string', minLength: 1, maxLength: 256 },
    input: {
      anyOf: [
        text,
        tokens,
        { type: 'array', minItems: 1, maxItems: INPUTS, items: text },
        { type: 'array', minItems: 1, maxItems: INPUTS, items: tokens },
      ],
    },
    encoding_format: { enum: ['float', 'base64', null] },
    dimensions: { type: ['integer', 'null'], minimum: 1 },
    user: { type: ['string', 'null'] },
  },
} as const;
