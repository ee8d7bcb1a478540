import { Ajv2020, ErrorObject, ValidateFunction } from 'ajv/dist/2020';
import { nearestWords } from '../../catalog/private/edit-distance';
import { Problem } from '../../validation/problem';
import * as schema from '../data/manifest.schema.json';

export const REBUILD =
  'write the manifest anew with the build that makes the bundle, or with graviton-fleet bundle create';

/** Edits beyond which a word is no misspelling of another. */
const FURTHEST_MISSPELLING = 3;

interface SchemaNode {
  readonly title?: string;
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly enum?: readonly string[];
}

let validate: ValidateFunction | undefined;

/** Everything in a manifest that differs from its JSON Schema, each key once. */
export function schemaProblems(manifest: unknown): Problem[] {
  // The branches of if/then/else name properties that their parent describes.
  validate ??= new Ajv2020({
    allErrors: true,
    verbose: true,
    strict: true,
    strictRequired: false,
    strictTypes: false,
  }).compile(schema);
  validate(manifest);
  const problems = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if').map(problemOf);
  return [...new Map(problems.map((problem) => [problem.what, problem])).values()];
}

/** A value for a message. */
export function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function problemOf({ instancePath, keyword, params, data }: ErrorObject): Problem {
  const keys = instancePath.split('/').slice(1).map(unescape);
  if (keyword === 'required') {
    const path = [...keys, (params as { missingProperty: string }).missingProperty];
    return { what: nameOf(path), got: 'nothing', allowed: nodeAt(path).title!, fix: REBUILD };
  }
  if (keyword === 'additionalProperties') {
    const key = (params as { additionalProperty: string }).additionalProperty;
    return unknownKeyProblem(keys, key, (data as Record<string, unknown>)[key]);
  }
  const node = nodeAt(keys);
  const [nearest] = typeof data === 'string' ? nearestWords(data, node.enum ?? [], FURTHEST_MISSPELLING, 1) : [];
  const fix = nearest === undefined ? REBUILD : `write ${nearest}, if that is meant`;
  return { what: nameOf(keys), got: show(data), allowed: node.title!, fix };
}

/** A misspelt key would be read as one that is absent, so that what it says would be lost. */
function unknownKeyProblem(parent: readonly string[], key: string, value: unknown): Problem {
  const known = Object.keys(nodeAt(parent).properties!);
  const [nearest] = nearestWords(key, known, FURTHEST_MISSPELLING, 1);
  return {
    what: nameOf([...parent, key]),
    got: show(value),
    allowed: `the keys ${known.join(', ')}, and keys of your own that begin with "x-"`,
    fix: nearest === undefined ? `remove it, or call it x-${key}` : `write ${nearest}, if that is meant`,
  };
}

/** The part of the schema that describes a value. */
function nodeAt(path: readonly string[]): SchemaNode {
  return path.reduce<SchemaNode>((node, key) => {
    const { properties, items } = resolve(node);
    return resolve(properties?.[key] ?? items!);
  }, schema as SchemaNode);
}

function resolve(node: SchemaNode): SchemaNode {
  const definition = node.$ref?.replace('#/$defs/', '') as keyof typeof schema.$defs | undefined;
  return definition === undefined ? node : { ...(schema.$defs[definition] as SchemaNode), ...node };
}

function nameOf(path: readonly string[]): string {
  const keys = path.map((key) => (/^\d+$/.test(key) ? `[${key}]` : `.${key}`)).join('');
  return `manifest.json ${keys}`.replace(' .', ' ').trim();
}

/** JSON Pointer, RFC 6901. */
function unescape(token: string): string {
  return token.replace(/~1/g, '/').replace(/~0/g, '~');
}
