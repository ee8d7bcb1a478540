import { describe, expect, test } from 'vitest';
import bindings from '../../../lib/stacks/template/data/bindings.json';
import {
  Calls,
  Members,
  ParameterBinding,
  TypeBinding,
  TypeReference,
} from '../../../lib/stacks/template/private/binding/model/bindings';
import { libraryClass } from '../../../lib/stacks/template/private/binding/model/library-class';
import { LEFT_OUT } from '../../../scripts/fleet-schema/left-out';
import { ROOT_TYPES, SET_UP_TYPES } from '../../../scripts/fleet-schema/roots';
import { DeclaredClass, declaredTypes, Signature } from '../../support/declared-types';

const declared = declaredTypes();
const types = bindings.types as unknown as Readonly<Record<string, TypeBinding>>;
const own = Object.entries(types).filter(([name]) => !name.startsWith('aws-cdk-lib.'));

function typesWith(key: keyof TypeBinding): (readonly [string, TypeBinding])[] {
  return own.filter(([, binding]) => binding[key] !== undefined);
}

function textOf(type: TypeReference): string {
  if (typeof type === 'string') {
    return type === 'path' ? 'string' : type.replace(/^.*\./, '');
  }
  return 'list' in type ? `${textOf(type.list)}[]` : `Record<string, ${textOf(type.map)}>`;
}

function signature([name, { type, optional }]: readonly [string, Members[string]]): Signature {
  return `${name}${optional ? '?' : ''}: ${textOf(type)}`;
}

function signatures(parameters: readonly ParameterBinding[]): Signature[] {
  return parameters.map((parameter) => {
    const { name, type, optional, variadic } = parameter;
    return signature([name, { type: variadic ? { list: type } : type, optional }]);
  });
}

function callSignatures(calls: Calls): Readonly<Record<string, Signature[]>> {
  return Object.fromEntries(Object.entries(calls).map(([name, parameters]) => [name, signatures(parameters)]));
}

/** Properties of an interface and of those of this library that it extends; an interface of AWS CDK adds its own. */
function declaredMembers(name: string): { own: Signature[]; extendsCdk: boolean } {
  const found = declared.interfaces.get(name);
  if (!found) {
    return { own: [], extendsCdk: true };
  }
  const bases = found.bases.map(declaredMembers);
  return {
    own: [...found.members, ...bases.flatMap((base) => base.own)],
    extendsCdk: bases.some(({ extendsCdk }) => extendsCdk),
  };
}

/** Methods that give nothing or add something, of a class and of those that it extends, with the class of each. */
function setUpMethods(name: string): Readonly<Record<string, readonly Signature[]>> {
  const found: DeclaredClass | undefined = declared.classes.get(name);
  const methods = Object.entries(found?.methods ?? {})
    .filter(([method, { returns }]) => returns === 'void' || method.startsWith('add'))
    .filter(([method]) => !(`${name}.${method}` in LEFT_OUT))
    .map(([method, { parameters }]) => [method, parameters] as const);
  return { ...(found?.base === undefined ? {} : setUpMethods(found.base)), ...Object.fromEntries(methods) };
}

describe('the bindings are what the sources declare', () => {
  test('and bind something of each kind', () => {
    expect(typesWith('members').length).toBeGreaterThan(50);
    expect(typesWith('factories').length).toBeGreaterThan(20);
    expect(typesWith('constants').length).toBeGreaterThan(10);
    expect(Object.keys(types)).toEqual(expect.arrayContaining([...ROOT_TYPES, ...SET_UP_TYPES]));
  });

  test.each(typesWith('members'))('the properties of %s', (name, { members = {} }) => {
    const bound = Object.entries(members).map(signature);
    const { own: wanted, extendsCdk } = declaredMembers(name);
    expect(wanted.length).toBeGreaterThan(0);
    expect(extendsCdk ? bound : bound.sort()).toEqual(extendsCdk ? expect.arrayContaining(wanted) : wanted.sort());
  });

  test.each(typesWith('factories'))('the factories of %s', (name, { factories = {}, refinements = {} }) => {
    expect(callSignatures(factories)).toEqual(declared.classes.get(name)?.statics);
    expect(Object.keys(factories).map((factory) => typeof libraryClass(name)?.[factory])).not.toContain('undefined');
    const copies = Object.entries(declared.classes.get(name)?.methods ?? {}).filter(
      ([, { returns }]) => returns === name,
    );
    expect(callSignatures(refinements)).toEqual(
      Object.fromEntries(copies.map(([method, { parameters }]) => [method, parameters])),
    );
  });

  test.each(typesWith('methods'))('the methods that set up %s', (name, { methods = {} }) => {
    expect(callSignatures(methods)).toEqual(setUpMethods(name));
  });

  test.each(typesWith('constants'))('the constants of %s', (name, { constants = {} }) => {
    const values = declared.enums.get(name);
    if (values) {
      expect(Object.keys(constants)).toEqual(values);
    }
    const found = Object.values(constants).map((constant) => libraryClass(name)[constant]);
    expect(found).not.toContain(undefined);
    const all = Object.entries(libraryClass(name)).filter(([, value]) => typeof value === typeof found[0]);
    expect(Object.keys(constants).length).toBe(all.filter(([, value]) => !Array.isArray(value)).length);
  });
});

test('each thing that is left out has its reason', () => {
  for (const reason of Object.values(LEFT_OUT)) {
    expect(reason.length).toBeGreaterThan(20);
  }
  const [owner, member] = ['InstanceFleet', 'addRolloutAlarm'];
  expect(declared.classes.get(owner)?.methods).toHaveProperty(member);
});
