import { ModelFacts } from '../engine/engine';
import { ApiError } from '../errors/api-error';
import { jsonObjectGrammar, schemaGrammar } from '../grammar/json-grammar';
import { SchemaError } from '../grammar/schema-problems';

/** What an answer has to be. */
export interface ResponseFormatFields {
  readonly response_format?:
    | { readonly type: 'text' | 'json_object' }
    | { readonly type: 'json_schema'; readonly json_schema: { readonly schema?: unknown } }
    | null;
}

const of = (type: unknown, fields: object = {}) =>
  ({
    type: 'object',
    required: ['type', ...Object.keys(fields)],
    additionalProperties: false,
    properties: { type, ...fields },
  }) as const;

/** What `strict` asks for is done in any case. */
const jsonSchema = {
  type: 'object',
  required: ['name', 'schema'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' },
    description: { type: ['string', 'null'] },
    schema: { type: 'object' },
    strict: { type: ['boolean', 'null'] },
  },
} as const;

export const responseFormatSchema = {
  response_format: {
    anyOf: [
      { type: 'null' },
      of({ enum: ['text', 'json_object'] }),
      of({ const: 'json_schema' }, { json_schema: jsonSchema }),
    ],
  },
} as const;

/**
 * The grammar that an answer has to follow; undefined where it may be any text.
 *
 * @throws ApiError 400 for a schema that is not supported, or a model that can follow none
 */
export function grammarOf(
  { response_format: format }: ResponseFormatFields,
  model: ModelFacts,
): Uint32Array | undefined {
  if (!format || format.type === 'text') {
    return undefined;
  }
  if (model.grammarProblem !== undefined) {
    const message = `The model ${model.id} cannot be held to a format: ${model.grammarProblem}.`;
    throw ApiError.badRequest(message, 'response_format', 'response_format_unsupported');
  }
  if (format.type === 'json_object') {
    return jsonObjectGrammar();
  }
  try {
    return schemaGrammar('json_schema' in format ? format.json_schema.schema : undefined);
  } catch (error) {
    if (error instanceof SchemaError) {
      throw ApiError.badRequest(`${error.message}.`, 'response_format', 'schema_unsupported');
    }
    throw error;
  }
}
