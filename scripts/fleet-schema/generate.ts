import { TypeSystem } from 'jsii-reflect';
import { documentSchema } from './document-schema';
import { JsonSchema, SchemaMaker } from './json-schema';
import { policySchema } from './policy-schema';
import { ReadType, TypeReader } from './read-types';
import { POLICY_TYPE, ROOT_TYPES, SET_UP_TYPES } from './roots';

/** What stands in lib/stacks/template/data. */
export interface Generated {
  readonly schema: JsonSchema;
  readonly policy: JsonSchema;
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
  const ofDocument = sorted(reader.types);
  reader.addType(POLICY_TYPE);
  reader.throwIfStale();
  const types = sorted(reader.types);
  const bindings = Object.fromEntries([...types].map(([name, { binding }]) => [name, binding]));
  return {
    schema: documentSchema(new SchemaMaker(ofDocument).definitions()),
    policy: policySchema(new SchemaMaker(types).definitions()),
    bindings: { types: bindings },
  };
}

function sorted(types: ReadonlyMap<string, ReadType>): ReadonlyMap<string, ReadType> {
  return new Map([...types].sort(([one], [other]) => (one < other ? -1 : 1)));
}
