import { GrammarBuilder, State } from './grammar-builder';
import { addIntegers } from './integer-range';
import { JsonRules } from './json-rules';
import { hasType, isRecord } from './json-types';
import { checkKeywords, choiceOf, Schema, TypeName, TYPES, typesOf } from './schema-keywords';
import { countsOf, integersOf, isPositive } from './schema-numbers';
import { SchemaProblems } from './schema-problems';

/** Most schemas inside of a schema, and how deep they may lie in each other. */
const SCHEMAS = 2000;
const NESTING = 32;

/** Most properties of an object that may be left out: each is a way of going on that is tried. */
const OPTIONAL = 128;

/** Most values of all `enum` together. */
const VALUES = 4000;

/** Makes rules of schemas. A schema's rule is made once, so that schemas may refer to themselves. */
export class SchemaCompiler {
  public readonly json: JsonRules;
  private readonly rules = new Map<unknown, State>();
  private schemas = 0;
  private values = 0;
  private nesting = 0;

  public constructor(
    private readonly grammar: GrammarBuilder,
    private readonly root: unknown,
    private readonly problems: SchemaProblems,
  ) {
    this.json = new JsonRules(grammar);
  }

  /** The rule of the values that a schema allows. */
  public rule(schema: unknown, path: string): State {
    if (schema === true) {
      return this.json.any;
    }
    const known = this.rules.get(schema);
    if (known !== undefined) {
      return known;
    }
    const rule = this.grammar.state();
    if (!isRecord(schema)) {
      this.problems.add(path, `is ${JSON.stringify(schema)}; allowed are objects, and true`);
      return rule;
    }
    this.rules.set(schema, rule);
    if (this.hasRoom(path)) {
      this.nesting += 1;
      this.add(rule, schema, path);
      this.nesting -= 1;
    }
    return rule;
  }

  private hasRoom(path: string): boolean {
    this.schemas += 1;
    if (this.schemas > SCHEMAS) {
      this.problems.add(path, `is one of more than ${SCHEMAS} schemas; ${SCHEMAS} are allowed`);
    } else if (this.nesting >= NESTING) {
      this.problems.add(path, `lies in more than ${NESTING} schemas; ${NESTING} are allowed`);
    }
    return this.schemas <= SCHEMAS && this.nesting < NESTING;
  }

  private add(rule: State, schema: Schema, path: string): void {
    checkKeywords(schema, path, schema === this.root, this.problems);
    switch (choiceOf(schema)) {
      case '$ref':
        return this.grammar.empty(rule, this.referred(schema.$ref, `${path}.$ref`));
      case 'anyOf':
        return this.addAlternatives(rule, schema.anyOf, `${path}.anyOf`);
      case 'const':
        return this.addValues(rule, [schema.const], schema, `${path}.const`);
      case 'enum':
        return this.addValues(rule, schema.enum, schema, `${path}.enum`);
      case undefined:
        return this.addTypes(rule, schema, path);
    }
  }

  /** The rule of what a `$ref` names: the whole schema, or one of its definitions. */
  private referred(reference: unknown, path: string): State {
    const [, place, name] = /^#(?:\/(\$defs|definitions)\/([^/]+))?$/.exec(String(reference)) ?? [];
    if (reference === '#') {
      return this.rule(this.root, 'schema');
    }
    const definitions = place === undefined ? undefined : (this.root as Schema)[place];
    const key = decoded(name ?? '');
    if (!isRecord(definitions) || !Object.hasOwn(definitions, key)) {
      const problem = `is ${JSON.stringify(reference)}; allowed are "#" and "#/$defs/NAME" of a definition that is there`;
      this.problems.add(path, problem);
      return this.grammar.state();
    }
    return this.rule(definitions[key], `schema.${place}.${key}`);
  }

  private addAlternatives(rule: State, alternatives: unknown, path: string): void {
    if (!Array.isArray(alternatives) || alternatives.length === 0) {
      return this.problems.add(path, 'is no list of schemas; at least one is allowed');
    }
    alternatives.forEach((each, index) => this.grammar.empty(rule, this.rule(each, `${path}[${index}]`)));
  }

  private addValues(rule: State, values: unknown, schema: Schema, path: string): void {
    const types = typesOf(schema, path, this.problems);
    if (!Array.isArray(values) || values.length === 0) {
      return this.problems.add(path, 'is no list of values; at least one is allowed');
    }
    this.values += values.length;
    if (this.values > VALUES) {
      return this.problems.add(path, `brings the values to more than ${VALUES}; ${VALUES} are allowed in all`);
    }
    const allowed = values.filter((value) => !types || types.some((type) => hasType(value, type)));
    if (allowed.length === 0) {
      return this.problems.add(path, 'has no value of its type');
    }
    this.grammar.texts(
      rule,
      allowed.map((value) => JSON.stringify(value)),
    );
  }

  private addTypes(rule: State, schema: Schema, path: string): void {
    const types = typesOf(schema, path, this.problems);
    if (!types) {
      return this.grammar.empty(rule, this.json.any);
    }
    // An integer is a number.
    const wanted = TYPES.filter((type) => types.includes(type) && !(type === 'integer' && types.includes('number')));
    wanted.forEach((type) => this.addType(rule, type, schema, path));
  }

  private addType(rule: State, type: TypeName, schema: Schema, path: string): void {
    const { grammar, json } = this;
    switch (type) {
      case 'object':
        return this.addObject(rule, schema, path);
      case 'array': {
        const { low, high } = countsOf(schema, 'Items', path, this.problems);
        return json.addArray(rule, this.rule(schema.items ?? true, `${path}.items`), low, high);
      }
      case 'string': {
        const { low, high } = countsOf(schema, 'Length', path, this.problems);
        return low === 0 && high === Infinity ? grammar.empty(rule, json.string) : json.addString(rule, low, high);
      }
      case 'integer': {
        const range = integersOf(schema, path, this.problems);
        return range && addIntegers(grammar, rule, range.low, range.high);
      }
      case 'number':
        return grammar.empty(rule, isPositive(schema, path, this.problems) ? json.positive : json.number);
      case 'boolean':
        return grammar.empty(rule, json.texts(['true', 'false']));
      case 'null':
        return grammar.empty(rule, json.texts(['null']));
    }
  }

  private addObject(rule: State, schema: Schema, path: string): void {
    const { properties, additionalProperties = properties === undefined } = schema;
    if (properties === undefined && additionalProperties !== false) {
      this.checkRequired(schema, {}, path);
      return this.json.addMap(rule, this.rule(additionalProperties, `${path}.additionalProperties`));
    }
    if (additionalProperties !== false && schema.additionalProperties !== undefined) {
      const got = JSON.stringify(additionalProperties);
      const problem = `is ${got} beside properties; allowed there is false, which also holds where it is left out`;
      return this.problems.add(`${path}.additionalProperties`, problem);
    }
    if (properties !== undefined && !isRecord(properties)) {
      return this.problems.add(`${path}.properties`, 'is no object');
    }
    const required = this.checkRequired(schema, properties ?? {}, path);
    this.addProperties(rule, properties ?? {}, required, path);
  }

  private checkRequired({ required = [] }: Schema, properties: Schema, path: string): ReadonlySet<unknown> {
    if (!Array.isArray(required)) {
      this.problems.add(`${path}.required`, 'is no list of names');
      return new Set();
    }
    const strangers = required.filter((name) => typeof name !== 'string' || !Object.hasOwn(properties, name));
    if (strangers.length > 0) {
      this.problems.add(`${path}.required`, `names ${JSON.stringify(strangers)}; names of properties are allowed`);
    }
    const optional = Object.keys(properties).length - new Set(required).size;
    if (optional > OPTIONAL) {
      this.problems.add(`${path}.properties`, `has ${optional} that are not required; ${OPTIONAL} of them are allowed`);
    }
    return new Set(required);
  }

  /** Properties come in the order in which the schema has them. */
  private addProperties(rule: State, properties: Schema, required: ReadonlySet<unknown>, path: string): void {
    const { grammar, json } = this;
    const names = Object.keys(properties);
    const end = grammar.state();
    grammar.accept(end);
    // Where each property's name may stand, and what is behind each one; the first is behind the brace.
    const starts = names.map(() => grammar.state());
    const afters = [json.spaced(grammar.text(rule, '{')), ...names.map(() => grammar.state())];
    names.forEach((name, index) => {
      const afterName = grammar.text(starts[index], JSON.stringify(name));
      const value = this.rule(properties[name], `${path}.properties.${name}`);
      grammar.empty(json.addMember(afterName, value), afters[index + 1]);
      if (!required.has(name) && index + 1 < names.length) {
        grammar.empty(starts[index], starts[index + 1]);
      }
    });
    starts.forEach((start, index) => {
      if (index === 0) {
        grammar.empty(afters[0], start);
      } else {
        grammar.call(grammar.text(afters[index], ','), json.space, start);
      }
    });
    const lastRequired = Math.max(-1, ...names.flatMap((name, index) => (required.has(name) ? [index] : [])));
    afters.slice(lastRequired + 1).forEach((after) => grammar.text(after, '}', end));
  }
}

/** A part of a JSON pointer in a URI: RFC 6901, section 6. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part).replace(/~1/g, '/').replace(/~0/g, '~');
  } catch {
    return part;
  }
}
