import { randomInt } from 'node:crypto';
import { Sampling } from '../engine/engine';
import { ApiError } from '../errors/api-error';

/** The fields by which a request says how tokens are chosen. Those that OpenAI's API lacks are llama.cpp's and vLLM's. */
export interface SamplingFields {
  readonly temperature?: number | null;
  readonly top_p?: number | null;
  readonly top_k?: number | null;
  readonly min_p?: number | null;
  readonly repetition_penalty?: number | null;
  readonly presence_penalty?: number | null;
  readonly frequency_penalty?: number | null;
  readonly seed?: number | null;
  readonly logit_bias?: Readonly<Record<string, number>> | null;
  readonly stop?: string | readonly string[] | null;
}

const number = (minimum: number, maximum: number) => ({ type: ['number', 'null'], minimum, maximum }) as const;

const STOP = { type: 'string', minLength: 1, maxLength: 256 } as const;

/** Most stop strings of a request. OpenAI allows 4. */
const STOPS = 16;

export const samplingSchema = {
  temperature: number(0, 2),
  top_p: number(0, 1),
  top_k: { type: ['integer', 'null'], minimum: 0, maximum: 2 ** 24 },
  min_p: number(0, 1),
  // Far below, logits are infinite in 32-bit floats, and no token can be chosen.
  repetition_penalty: number(0.01, 10),
  presence_penalty: number(-2, 2),
  frequency_penalty: number(-2, 2),
  seed: { type: ['integer', 'null'], minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
  logit_bias: {
    type: ['object', 'null'],
    propertyNames: { pattern: '^[0-9]{1,8}$' },
    additionalProperties: { type: 'number', minimum: -100, maximum: 100 },
    maxProperties: 1024,
  },
  stop: { anyOf: [STOP, { type: 'array', items: STOP, maxItems: STOPS }, { type: 'null' }] },
} as const;

/**
 * What the fields say, with OpenAI's defaults.
 *
 * @throws ApiError 400 for a bias of a token that the model does not have
 */
export function samplingOf(fields: SamplingFields, tokenCount: number): Sampling {
  const bias = new Map(Object.entries(fields.logit_bias ?? {}).map(([token, value]) => [Number(token), value]));
  const strangers = [...bias.keys()].filter((token) => token >= tokenCount);
  if (strangers.length > 0) {
    const message = `logit_bias names ${strangers.join(', ')}; this model's tokens are 0 to ${tokenCount - 1}.`;
    throw ApiError.badRequest(message, 'logit_bias');
  }
  return {
    temperature: fields.temperature ?? 1,
    topK: fields.top_k ?? 0,
    topP: fields.top_p ?? 1,
    minP: fields.min_p ?? 0,
    repetitionPenalty: fields.repetition_penalty ?? 1,
    presencePenalty: fields.presence_penalty ?? 0,
    frequencyPenalty: fields.frequency_penalty ?? 0,
    seed: fields.seed ?? randomInt(2 ** 32),
    logitBias: bias,
  };
}

export function stopsOf({ stop }: SamplingFields): readonly string[] {
  return typeof stop === 'string' ? [stop] : (stop ?? []);
}
