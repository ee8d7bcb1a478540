import Ajv from 'ajv';
import { Stack } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import bindings from '../../../lib/stacks/template/data/bindings.json';
import schema from '../../../lib/stacks/template/data/fleet.schema.json';
import policy from '../../../lib/stacks/template/data/policy.schema.json';
import { bind, BindingContext, BindingError, bindMethods } from '../../../lib/stacks/template/private/binding';
import { useBuiltInKernels } from '../../support/built-in-kernels';
import { existingFleet, newStack } from '../../support/fleet-app';
import { dataOf, disturbed, Schema } from '../../support/schema-data';
import { useScratchDirectory } from '../../support/scratch-directory';

const RUNS = 60;

// Files of policy have types that no file of fleets reaches, and the policy itself is the root of its schema.
const { type, properties, additionalProperties, definitions } = policy;
const all = { ...definitions, FleetPolicyRules: { type, properties, additionalProperties }, ...schema.definitions };
const root = { definitions: all } as unknown as Schema;
const methodTypes = Object.entries(bindings.types).filter(([, binding]) => 'methods' in binding);
const methodNames = methodTypes.map(([name]) => name);
const valueNames = Object.keys(bindings.types).filter((name) => !methodNames.includes(name));

useBuiltInKernels();

const ajv = new Ajv({ strict: true }).addSchema(root, 'fleet');
const directory = useScratchDirectory();

let context: BindingContext;
beforeAll(() => {
  const stack = newStack();
  const fleets = new Map([['name', existingFleet(stack)]]);
  context = { scope: new Stack(undefined, 'Imports'), directory: directory(), fleets };
});

/** The problems of data; anything but a value or a BindingError with whole problems fails the test. */
function problemsOf(action: () => unknown): number {
  try {
    expect(action()).toBeDefined();
    return 0;
  } catch (error) {
    if (!(error instanceof BindingError)) {
      throw error;
    }
    expect(error.problems.length).toBeGreaterThan(0);
    for (const { problem } of error.problems) {
      const { what, got, allowed, fix } = problem;
      expect([what, got, allowed, fix].filter((text) => text.trim() === '')).toEqual([]);
    }
    return error.problems.length;
  }
}

describe.each(valueNames)('%s', (name) => {
  const definition = { $ref: `#/definitions/${name}` };
  test('makes a value of any data that the schema takes, or says what is wrong', () => {
    fc.assert(
      fc.property(dataOf(definition, root), (data) => {
        problemsOf(() => bind(name, data, context));
      }),
      { numRuns: RUNS },
    );
  });

  test('refuses whatever the schema refuses', () => {
    const validate = ajv.compile({ $ref: `fleet#/definitions/${name}` });
    fc.assert(
      fc.property(disturbed(dataOf(definition, root)), (data) => {
        const problems = problemsOf(() => bind(name, data, context));
        expect(problems > 0 || validate(data)).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });
});

test.each(methodNames)('binds any calls of %s that the schema takes, or says what is wrong', (name) => {
  const list = { type: 'array', items: { $ref: `#/definitions/${name}` } };
  const validate = ajv.compile({ type: 'array', items: { $ref: `fleet#/definitions/${name}` } });
  fc.assert(
    fc.property(fc.oneof(dataOf(list, root), disturbed(dataOf(list, root))), (data) => {
      const problems = problemsOf(() => bindMethods(name, data, context));
      expect(problems > 0 || validate(data)).toBe(true);
    }),
    { numRuns: RUNS },
  );
});
