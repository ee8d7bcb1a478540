/** Fields of both kinds of completions. */
export interface CommonFields {
  readonly model: string;
  /** Answers to the same prompt. @default 1 */
  readonly n?: number | null;
  readonly stream?: boolean | null;
  readonly stream_options?: { readonly include_usage?: boolean | null } | null;
}

const NOTHING = { type: 'null' } as const;

/** A field that may be there as long as it asks for what is done anyway. */
const only = (value: unknown) => ({ anyOf: [{ const: value }, NOTHING] });

export const commonSchema = {
  model: { type: 'string', minLength: 1, maxLength: 256 },
  stream: { type: ['boolean', 'null'] },
  stream_options: {
    type: ['object', 'null'],
    properties: { include_usage: { type: ['boolean', 'null'] }, include_obfuscation: only(false) },
    additionalProperties: false,
  },
  n: { type: ['integer', 'null'], minimum: 1, maximum: 128 },
  // What these say changes nothing of an answer.
  user: { type: ['string', 'null'] },
  metadata: { type: ['object', 'null'] },
  safety_identifier: { type: ['string', 'null'] },
  prompt_cache_key: { type: ['string', 'null'] },
  service_tier: { enum: ['auto', 'default', null] },
} as const;

/** A count of tokens. */
export const tokenCountSchema = { type: ['integer', 'null'], minimum: 1, maximum: 2 ** 24 } as const;

export { only };
