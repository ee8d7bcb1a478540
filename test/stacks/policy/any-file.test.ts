import * as fs from 'node:fs';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { FleetConfigError, FleetPolicy } from '../../../lib';
import schema from '../../../lib/stacks/template/data/policy.schema.json';
import { useBuiltInKernels } from '../../support/built-in-kernels';
import { policedFleet, violationsOf } from '../../support/policed';
import { dataOf, disturbed, Schema } from '../../support/schema-data';
import { useScratchDirectory } from '../../support/scratch-directory';

const RUNS = 150;
const RESULTS = /^(policy|refused)$/;

useBuiltInKernels();
const directory = useScratchDirectory();
const root = schema as unknown as Schema;

/** Reads texts as files of policy; anything but a policy that judges fleets, or whole problems with lines, fails the test. */
function read(texts: readonly string[]): string {
  const folder = directory();
  fs.mkdirSync(folder, { recursive: true });
  const files = texts.map((text, index) => {
    const file = path.join(folder, `${index}.yaml`);
    fs.writeFileSync(file, text);
    return file;
  });
  try {
    const policy = FleetPolicy.fromFiles(files);
    for (const violation of violationsOf(fleet, policy)) {
      expect(Object.entries(violation).filter(([, text]) => text === '')).toEqual([]);
    }
    return 'policy';
  } catch (error) {
    expect(error).toBeInstanceOf(FleetConfigError);
    const { message } = error as FleetConfigError;
    expect(
      message.split('\n').filter((line) => !/^\S+\/\d\.yaml:\d+:\d+ .*: got .+, allowed .+: .+/.test(line)),
    ).toEqual([]);
    return 'refused';
  }
}

let fleet: ReturnType<typeof policedFleet>;
beforeAll(() => void (fleet = policedFleet()));
const rules = dataOf(root, root);

test('any policy that the schema takes is read or refused', () => {
  fc.assert(
    fc.property(rules, (data) => void expect(read([stringify(data)])).toMatch(RESULTS)),
    { numRuns: RUNS },
  );
});

test('so are two layers', () => {
  fc.assert(
    fc.property(rules, rules, (wide, narrow) => {
      expect(read([stringify(wide), stringify(narrow)])).toMatch(RESULTS);
    }),
    { numRuns: RUNS },
  );
});

test('so is what the schema does not take', () => {
  fc.assert(
    fc.property(disturbed(rules), (data) => void expect(read([stringify(data)])).toMatch(RESULTS)),
    { numRuns: RUNS },
  );
});

test.each([
  '',
  '- a',
  '3',
  'null',
  '"text"',
  '{}',
  'maxInstances',
  '__proto__: { maxInstances: 1 }',
  '\u0000',
  ': :',
  '&a [*a]',
])('so is %j', (text) => {
  expect(read([text])).toMatch(RESULTS);
  expect(read(['maxInstances: 2', text])).toMatch(RESULTS);
});

test('a policy of no rules allows everything', () => {
  expect(read(['{}'])).toBe('policy');
});
