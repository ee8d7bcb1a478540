import { TypeSystem } from 'jsii-reflect';
import { documentSchema } from './document-schema';
import { JsonSchema, SchemaMaker } from './json-schema';
import { TypeReader } from './read-types';
import { ROOT_TYPES, SET_UP_TYPES } from './roots';

/** What stands in lib/stacks/template/data. */
export interface Generated {
  readonly schema: JsonSchema;
  readonly bindings: JsonSchema;
}

/** Reads the assembly of the package in this directory. */
export async function generate(root: string): Promise<Generated> {
  const system = new TypeSystem();
  // aws-cdk-lib's assembly uses it; no type that fleet.yaml reaches does.
  await system.load(root, { validate: false, supportedFeatures: ['intersection-types'] });
  const reader = new TypeReader(system);
  ROOT_TYPES.forEach((name) => reader.addType(name));
  SET_UP_TYPES.forEach((name) => reader.addMethods(name));
  reader.throwIfStale();
  const types = new Map([...reader.types].sort(([one], [other]) => (one < other ? -1 : 1)));
  const bound = Object.fromEntries([...types].map(([name, { binding }]) => [name, binding]));
  return { schema: documentSchema(new SchemaMaker(types).definitions()), bindings: { types: bound } };
}
