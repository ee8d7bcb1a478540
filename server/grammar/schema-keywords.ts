import { SchemaProblems } from './schema-problems';

/** A schema that is an object; `true`, which allows everything, is the empty one. */
export type Schema = Readonly<Record<string, unknown>>;

export const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'] as const;
export type TypeName = (typeof TYPES)[number];

/** Words about a schema that allow and forbid nothing. */
const REMARKS = ['title', 'description', 'default', 'examples', 'deprecated', 'readOnly', 'writeOnly', '$comment'];
const ROOT = ['$schema', '$id', '$defs', 'definitions'];

/** The keywords of each type; where `type` is missing they say which type is meant. */
export const KEYWORDS_OF_TYPE: Readonly<Partial<Record<TypeName, readonly string[]>>> = {
  object: ['properties', 'required', 'additionalProperties'],
  array: ['items', 'minItems', 'maxItems'],
  string: ['minLength', 'maxLength'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
};

const OF_TYPES = Object.values(KEYWORDS_OF_TYPE).flat();
const CHOICES = ['$ref', 'anyOf', 'const', 'enum'] as const;
type Choice = (typeof CHOICES)[number];

/** All keywords that are understood. */
export const KEYWORDS: readonly string[] = [...CHOICES, 'type', ...OF_TYPES, ...REMARKS, ...ROOT];

/** What may stand beside a keyword that says by itself which values there are. */
const BESIDE: Readonly<Record<Choice, readonly string[]>> = {
  $ref: [],
  anyOf: [],
  const: ['type'],
  enum: ['type'],
};

/** The keyword that says which values a schema has, if there is one. */
export function choiceOf(schema: Schema): Choice | undefined {
  return CHOICES.find((keyword) => schema[keyword] !== undefined);
}

/** Finds keywords that are not understood, or not together. Ignored, they would make a promise that is not kept. */
export function checkKeywords(schema: Schema, path: string, isRoot: boolean, problems: SchemaProblems): void {
  const given = Object.keys(schema).filter((keyword) => schema[keyword] !== undefined);
  const unknown = given.filter((keyword) => !KEYWORDS.includes(keyword) || (!isRoot && ROOT.includes(keyword)));
  if (unknown.length > 0) {
    const allowed = KEYWORDS.filter((keyword) => isRoot || !ROOT.includes(keyword)).join(', ');
    problems.add(path, `has ${unknown.map((keyword) => JSON.stringify(keyword)).join(', ')}; allowed are ${allowed}`);
  }
  const choice = choiceOf(schema);
  const allowedBeside = choice && [choice, ...BESIDE[choice], ...REMARKS, ...ROOT];
  const beside = allowedBeside ? given.filter((keyword) => !allowedBeside.includes(keyword)) : [];
  if (beside.length > 0 && unknown.length === 0) {
    const allowed = [...BESIDE[choice!], ...REMARKS].join(', ');
    problems.add(path, `has ${beside.join(', ')} beside ${choice}; allowed there are ${allowed}`);
  }
}

/** The types that a schema allows: what `type` says, or what its keywords are about; undefined where all are. */
export function typesOf(schema: Schema, path: string, problems: SchemaProblems): readonly TypeName[] | undefined {
  if (schema.type === undefined) {
    const meant = TYPES.filter((type) => KEYWORDS_OF_TYPE[type]?.some((keyword) => schema[keyword] !== undefined));
    return meant.length > 0 ? meant : undefined;
  }
  const given: readonly unknown[] = Array.isArray(schema.type) ? schema.type : [schema.type];
  if (given.length === 0 || given.some((type) => !TYPES.includes(type as TypeName))) {
    problems.add(
      `${path}.type`,
      `is ${JSON.stringify(schema.type)}; allowed are ${TYPES.join(', ')}, and lists of them`,
    );
    return ['null'];
  }
  return given as readonly TypeName[];
}
