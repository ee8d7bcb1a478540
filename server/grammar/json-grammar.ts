import { DEPTH, GrammarBuilder, GrammarTooLarge, State } from './grammar-builder';
import { JsonRules } from './json-rules';
import { nestingOf } from './json-types';
import { SchemaCompiler } from './schema-compiler';
import { SchemaError, SchemaProblems } from './schema-problems';

/** Most bytes of a schema, and how deep its objects and lists may lie in each other. */
const SCHEMA_BYTES = 65_536;
const SCHEMA_NESTING = 128;

/** The words of a grammar whose texts are those of a rule, after white space or none. */
function wordsOf(json: JsonRules, rule: State): Uint32Array {
  const { grammar } = json;
  const first = grammar.state();
  grammar.empty(json.spaced(first), rule);
  return grammar.words(first, json.character);
}

let objects: Uint32Array | undefined;

/** The grammar of JSON objects. */
export function jsonObjectGrammar(): Uint32Array {
  if (!objects) {
    const json = new JsonRules(new GrammarBuilder());
    objects = wordsOf(json, json.object);
  }
  return objects;
}

function compile(schema: unknown): Uint32Array {
  const problems = new SchemaProblems();
  const grammar = new GrammarBuilder();
  const compiler = new SchemaCompiler(grammar, schema, problems);
  const rule = compiler.rule(schema, 'schema');
  problems.throwAll();
  const words = wordsOf(compiler.json, rule);
  if (!grammar.hasText(rule)) {
    throw new SchemaError([`schema allows no value that is at most ${DEPTH} deep: every one holds another one`]);
  }
  return words;
}

/**
 * The grammar of the JSON texts that a schema allows: of some of them, where a text may be written in several ways.
 *
 * @throws SchemaError with what of the schema is not supported
 */
export function schemaGrammar(schema: unknown): Uint32Array {
  if (nestingOf(schema) > SCHEMA_NESTING) {
    throw new SchemaError([
      `schema has objects and lists more than ${SCHEMA_NESTING} deep; ${SCHEMA_NESTING} are allowed`,
    ]);
  }
  const bytes = Buffer.byteLength(JSON.stringify(schema));
  if (bytes > SCHEMA_BYTES) {
    throw new SchemaError([`schema has ${bytes} bytes; ${SCHEMA_BYTES} are allowed`]);
  }
  try {
    return compile(schema);
  } catch (error) {
    if (error instanceof GrammarTooLarge) {
      throw new SchemaError([`schema is too large: its grammar has ${error.message}`]);
    }
    throw error;
  }
}
