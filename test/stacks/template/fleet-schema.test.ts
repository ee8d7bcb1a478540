import Ajv from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import schema from '../../../lib/stacks/template/data/fleet.schema.json';
import { Schema } from '../../support/schema-data';

const root = schema as unknown as Schema;
const definitions = Object.entries(root.definitions ?? {});
const validate = new Ajv({ strict: true, allErrors: true }).compile(schema);

const DOCUMENT = `
environments:
  staging: { region: us-east-2 }
  production: { region: us-east-1, account: '123456789012' }
policy: [organisation.yaml]
tags: { team: chat }
images:
  base: { runtime: { container: { image: server } }, lifecycle: [{ keepLast: { count: 5 } }] }
inferenceFleets:
  chat:
    image: base
    capacity: { onDemand: { instanceTypes: [m9g.4xlarge], minInstances: 2 } }
    loadBalancing: { alb: }
    scaling: [{ scaleOnCpu: { targetUtilizationPercent: 60 } }, { scaleOnRequestsInFlight: }]
    environments:
      staging:
      production: { capacity: { onDemand: { maxInstances: 20 } }, lifecycle: { drain: { within: { spotNotice: MayCut } } } }
workerFleets:
  tools:
    image: { runtime: { none: } }
    capacity: { spotFirst: { instanceTypes: [m9g.4xlarge] } }
    jobs: { handler: { program: { command: [run] } } }
fleetCells:
  answers:
    image: base
    capacity: { onDemand: { instanceTypes: [m9g.4xlarge] } }
    cells: { count: 2, hostedZone: { id: Z0123456789ABCDEFGHIJ, name: example.com }, weights: [100, 50] }
    scaling: [{ scaleOnRequestsInFlight: }]
    environments: { staging: { cells: { count: 1 } }, production: }
rayClusters:
  rollouts: { image: base, capacity: { spotFirst: { instanceTypes: [m9g.4xlarge] } }, idleTimeout: 2 minutes }
batchFleets:
  evaluations: { image: base, capacity: { spotFirst: { instanceTypes: [m9g.4xlarge] } }, updateTimeout: 1 hour }
dashboards: { all: { fleets: [chat, tools] } }
meters: { exact: { fleets: [chat], interval: 10 minutes, logRetention: ONE_WEEK } }
budgets: { power: { powerBudget: { fleets: [chat], kilowatts: 5 } } }
`;

/** The document with another value at a place. */
function changed(place: string, value: unknown): unknown {
  const document = parse(DOCUMENT) as Record<string, unknown>;
  const keys = place.split('.');
  const owner = keys.slice(0, -1).reduce((data, key) => data[key] as Record<string, unknown>, document);
  owner[keys[keys.length - 1]] = value;
  return document;
}

test('takes a whole file', () => {
  expect(validate(parse(DOCUMENT))).toBe(true);
});

test.each([
  ['fleets', {}],
  ['environments.staging', { zone: 'us-east-2a' }],
  ['environments.production.account', 123456789012],
  ['inferenceFleets.chat.capacty', {}],
  ['inferenceFleets.chat.capacity', { onDemand: { instanceTypes: ['m9g.large'] }, spotFirst: {} }],
  ['inferenceFleets.chat.capacity', { onDemand: {} }],
  ['inferenceFleets.chat.lifecycle', { coldStart: { measured: 90 } }],
  ['inferenceFleets.chat.lifecycle', { coldStart: { measured: '90 secs' } }],
  ['inferenceFleets.chat.jobs', {}],
  ['inferenceFleets.chat.scaling', [{ scaleOnJobs: {} }]],
  ['inferenceFleets.chat.env', { region: 'us-east-1' }],
  ['inferenceFleets.chat.environments.production', { environments: {} }],
  ['inferenceFleets.chat.environments.production', { capacity: { onDemand: { maxInstances: 'many' } } }],
  ['workerFleets.tools.jobs', { queue: 'arn:aws:sqs:us-east-1:123456789012:jobs' }],
  ['fleetCells.answers.cells', { count: 2 }],
  ['fleetCells.answers.cells.hostedZone', 'Z0123456789ABCDEFGHIJ'],
  ['rayClusters.rollouts.scaling', [{ scaleOnCpu: {} }]],
  ['rayClusters.rollouts.rollout', { rolling: {} }],
  ['batchFleets.evaluations.updateTimeout', '1 week'],
  ['meters.exact', { interval: '10 minutes' }],
  ['meters.exact.interval', 10],
  ['budgets.power', { powerBudget: { fleets: ['chat'], kilowatts: 5 }, costBudget: {} }],
])('refuses %s: %o', (place, value) => {
  expect(validate(changed(place, value))).toBe(false);
});

/** Every property of every definition, with its schema. */
function* properties(): Generator<readonly [string, Schema]> {
  for (const [name, definition] of definitions) {
    for (const [key, value] of Object.entries(definition.properties ?? {})) {
      yield [`${name}.${key}`, value];
    }
  }
}

test('describes every key', () => {
  const undescribed = [...properties()].filter(([, { $ref, description }]) => description === undefined && !$ref);
  expect(undescribed.map(([name]) => name)).toEqual([]);
});

test('tells the default of nearly every key that may be left out', () => {
  const optional = [...properties()].filter(([name]) => {
    const [owner, key] = [name.slice(0, name.lastIndexOf('.')), name.slice(name.lastIndexOf('.') + 1)];
    const { required = [], maxProperties } = root.definitions?.[owner] ?? {};
    return !required.includes(key) && maxProperties !== 1 && !/Difference$/.test(owner);
  });
  const told = optional.filter(([, { description = '' }]) => /Default: /.test(description));
  expect(optional.length).toBeGreaterThan(100);
  expect(told.length / optional.length).toBeGreaterThan(0.9);
});

test('says units where an amount is expected', () => {
  const unitOf = (name: string) => root.definitions?.[`aws-cdk-lib.${name}`]?.description;
  expect(unitOf('Duration')).toContain('milliseconds, seconds, minutes, hours or days');
  expect(unitOf('Size')).toContain('KiB, MiB, GiB or TiB');
});

test('is a draft that editors take, without choices whose errors nobody understands', () => {
  expect(schema.$schema).toBe('http://json-schema.org/draft-07/schema#');
  expect(definitions.filter(([, { oneOf }]) => oneOf !== undefined)).toEqual([]);
});
