import * as schema from '../../data/fleet.schema.json';

/** As much of JSON Schema as the shape of a value is read from. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly maxProperties?: number;
}

const DEFINITIONS = schema.definitions as unknown as Readonly<Record<string, SchemaNode>>;

/** What a definition of the file's schema says of an object. */
export function definitionOf(name: string): SchemaNode {
  return DEFINITIONS[name];
}

/** What the schema says of a key, without the detour through references and alternatives that are no objects. */
export function schemaBelow(node: SchemaNode | undefined, key: string): SchemaNode | undefined {
  const { properties, additionalProperties } = objectOf(node) ?? {};
  return properties?.[key] ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
}

/** Whether an object has one key, the name of a factory. */
export function isChoice(node: SchemaNode | undefined): boolean {
  return objectOf(node)?.maxProperties === 1;
}

function objectOf(node: SchemaNode | undefined): SchemaNode | undefined {
  if (node?.$ref !== undefined) {
    return objectOf(DEFINITIONS[node.$ref.replace('#/definitions/', '')]);
  }
  return node?.anyOf?.map(objectOf).find((one) => one?.properties ?? one?.additionalProperties) ?? node;
}
