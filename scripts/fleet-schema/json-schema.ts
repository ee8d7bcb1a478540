import { Adapter, ADAPTERS } from '../../lib/stacks/template/private/binding/adapters';
import {
  Members,
  ParameterBinding,
  TypeBinding,
  TypeReference,
} from '../../lib/stacks/template/private/binding/model/bindings';
import { callShape, needsNothing } from '../../lib/stacks/template/private/binding/model/call-shape';
import { ReadType } from './read-types';

/** A JSON Schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Makes the definitions of all types that were read. */
export class SchemaMaker {
  private readonly bindings: Readonly<Record<string, TypeBinding>>;

  public constructor(private readonly types: ReadonlyMap<string, ReadType>) {
    this.bindings = Object.fromEntries([...types].map(([name, { binding }]) => [name, binding]));
  }

  /** All definitions by name. */
  public definitions(): Readonly<Record<string, JsonSchema>> {
    const adapted = Object.entries(ADAPTERS).map(([name, adapter]) => [name, this.ofAdapter(adapter)]);
    const read = [...this.types].map(([name, type]) => [name, this.ofType(type)]);
    return Object.fromEntries([...read, ...adapted]) as Readonly<Record<string, JsonSchema>>;
  }

  private ofAdapter(adapter: Adapter): JsonSchema {
    if ('members' in adapter) {
      const parts = Object.fromEntries(
        Object.entries(adapter.members).map(([key, { description }]) => [key, description]),
      );
      return { description: sentence(adapter.is), ...this.ofMembers(adapter.members, parts) };
    }
    const { is, pattern, example } = adapter;
    return { description: `${sentence(is)} Example: \`${example}\``, type: 'string', pattern, examples: [example] };
  }

  private ofType({ binding, documentation: { text, parts } }: ReadType): JsonSchema {
    const { members, constants, factories, refinements, constructed, methods } = binding;
    const description = text === '' ? {} : { description: text };
    if (members) {
      return { ...description, ...this.ofMembers(members, parts) };
    }
    if (constants) {
      return { ...description, type: 'string', enum: Object.keys(constants) };
    }
    if (constructed) {
      return { ...description, ...this.ofCall('<initializer>', constructed, parts) };
    }
    const calls = Object.entries(factories ?? methods ?? {});
    const properties = Object.fromEntries(
      calls.map(([name, parameters]) => [name, this.ofCall(name, parameters, parts)]),
    );
    if (!refinements) {
      return { ...description, ...oneOf(properties) };
    }
    const [only, ...others] = calls.map(([name]) => name);
    if (others.length > 0) {
      throw new Error(
        `${only}, ${others.join(', ')}: refinements of a class with several factories are not described yet`,
      );
    }
    const copies = Object.entries(refinements).map(([name, parameters]) => {
      const items = this.ofCall(name, parameters, parts);
      return [name, { description: parts[name], type: 'array', items }];
    });
    const all = { ...properties, ...(Object.fromEntries(copies) as JsonSchema) };
    return { ...description, type: 'object', properties: all, required: [only], additionalProperties: false };
  }

  private ofMembers(members: Members, parts: Readonly<Record<string, string>>): JsonSchema {
    const properties = Object.entries(members).map(([key, { type }]) => [
      key,
      describe(parts[key], this.ofReference(type)),
    ]);
    const required = Object.keys(members).filter((key) => !members[key].optional);
    return {
      type: 'object',
      properties: Object.fromEntries(properties) as JsonSchema,
      ...(required.length > 0 ? { required } : {}),
      additionalProperties: false,
    };
  }

  /** What stands behind the name of a factory or a method. */
  private ofCall(
    name: string,
    parameters: readonly ParameterBinding[],
    parts: Readonly<Record<string, string>>,
  ): JsonSchema {
    const shape = callShape(parameters, this.bindings);
    const value = this.ofShape(shape, name, parts);
    const text = [parts[name], shape.kind === 'value' ? parts[`${name}(${shape.parameter.name})`] : ''];
    const description = text.filter((part) => part !== undefined && part !== '').join('\n\n');
    return describe(description, needsNothing(shape, this.bindings) ? { anyOf: [value, { type: 'null' }] } : value);
  }

  private ofShape(
    shape: ReturnType<typeof callShape>,
    name: string,
    parts: Readonly<Record<string, string>>,
  ): JsonSchema {
    switch (shape.kind) {
      case 'nothing':
        return { type: 'object', properties: {}, additionalProperties: false };
      case 'value': {
        const { type, variadic } = shape.parameter;
        return this.ofReference(variadic ? { list: type } : type);
      }
      case 'object': {
        const { members, positional, options = '' } = shape;
        const named = positional.map((parameter) => [parameter.name, parts[`${name}(${parameter.name})`]]);
        const texts = Object.fromEntries(named) as Readonly<Record<string, string>>;
        return this.ofMembers(members, { ...this.types.get(options)?.documentation.parts, ...texts });
      }
    }
  }

  private ofReference(type: TypeReference): JsonSchema {
    if (typeof type !== 'string') {
      return 'list' in type
        ? { type: 'array', items: this.ofReference(type.list) }
        : { type: 'object', additionalProperties: this.ofReference(type.map) };
    }
    if (type === 'path') {
      return { type: 'string' };
    }
    return type === 'string' || type === 'number' || type === 'boolean' ? { type } : { $ref: `#/definitions/${type}` };
  }
}

/** An object with exactly one of the keys. */
function oneOf(properties: JsonSchema): JsonSchema {
  return { type: 'object', properties, minProperties: 1, maxProperties: 1, additionalProperties: false };
}

function describe(description: string | undefined, schema: JsonSchema): JsonSchema {
  return description === undefined || description === '' ? schema : { description, ...schema };
}

function sentence(text: string): string {
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}
