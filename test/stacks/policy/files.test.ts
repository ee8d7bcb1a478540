import * as fs from 'node:fs';
import * as path from 'node:path';
import Ajv from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { FleetPolicy, FleetRollout, GravitonProcessor, PolicyAlarm, PolicyKey, UnknownPrices } from '../../../lib';
import * as schema from '../../../lib/stacks/template/data/policy.schema.json';
import { dataOf, keyPlaceAt } from '../../../lib/stacks/template/private/document/located-value';
import { readDocument } from '../../../lib/stacks/template/private/document/read-document';
import { errorOf } from '../../support/config-error';
import { policedFleet, violationsOf } from '../../support/policed';
import { useScratchDirectory } from '../../support/scratch-directory';

const directory = useScratchDirectory();

const ORGANISATION = `# What the organisation asks.
allowedProcessors: [graviton5, graviton4]
allowedRegions:
  - us-east-1
  - eu-west-1
maxInstances: 20
maxUsdPerMonth:
  perFleet: 20000
  inTotal: 100000
requiredTags:
  team: { values: [chat, search] }
  cost-centre:
    pattern: "[0-9]{4}"
locked: [network]
`;

const PLATFORM = `
allowedProcessors: [graviton5]
maxInstances: 10
maxUsdPerMonth: { perFleet: 1000 }
requiredAlarms: [illegalInstructions]
defaults:
  tags: { platform: inference }
  capacity: { onDemandBase: 1, placement: { zones: {} } }
  rollout: { canary: { canaryPercentage: 5, canaryTime: 30 minutes } }
`;

/** Writes files of policy, and gives their paths. */
function filesOf(texts: Record<string, string>): string[] {
  const folder = directory();
  fs.mkdirSync(folder);
  return Object.entries(texts).map(([name, text]) => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, text);
    return file;
  });
}

/** What is said of files, without their folder. */
function messageOf(texts: Record<string, string>): string[] {
  const files = filesOf(texts);
  const { message } = errorOf(() => FleetPolicy.fromFiles(files));
  return message.replaceAll(`${path.dirname(files[0])}/`, '').split('\n');
}

describe('layers from files', () => {
  const policy = () => FleetPolicy.fromFiles(filesOf({ 'organisation.yaml': ORGANISATION, 'platform.yaml': PLATFORM }));

  test('hold the narrowest value of each rule', () => {
    const { rules } = policy();
    expect(rules).toMatchObject({
      allowedProcessors: [GravitonProcessor.GRAVITON5],
      allowedRegions: ['us-east-1', 'eu-west-1'],
      maxInstances: 10,
      maxUsdPerMonth: { perFleet: 1000, inTotal: 100000 },
      requiredTags: { team: { values: ['chat', 'search'] }, 'cost-centre': { pattern: '[0-9]{4}' } },
      requiredAlarms: [PolicyAlarm.ILLEGAL_INSTRUCTIONS],
      locked: [PolicyKey.NETWORK],
    });
    expect(rules.defaults?.rollout).toBeInstanceOf(FleetRollout);
    expect(rules.defaults?.rollout?._refresh.checkpointPercentages).toEqual([5, 100]);
  });

  test('say of each violation where its rule stands', () => {
    const fleet = policedFleet({}, { tags: { team: 'billing' }, region: 'us-west-2' });
    const found = violationsOf(fleet, policy()).map(({ rule, ruleAt }) => `${rule} ${path.basename(ruleAt)}`);
    expect(found).toEqual([
      'allowedRegions organisation.yaml:3:1',
      'maxUsdPerMonth.perFleet platform.yaml:4:19',
      'requiredTags.team organisation.yaml:11:3',
      'requiredTags.cost-centre organisation.yaml:12:3',
    ]);
  });

  test('keep their defaults as they stand, for files of fleets', () => {
    const text = `
capacity: { spotFirst: { instanceTypes: [m9g.4xlarge] } }
`;
    const [fleet] = filesOf({ 'fleet.yaml': text }).map(readDocument);
    const [defaults, ...others] = policy()._defaultLayersFor(fleet, (key) => key !== 'tags');
    expect(others).toEqual([]);
    expect(dataOf(defaults)).toEqual({
      capacity: { spotFirst: { onDemandBase: 1, placement: { zones: {} } } },
      rollout: { canary: { canaryPercentage: 5, canaryTime: '30 minutes' } },
    });
    expect(keyPlaceAt(defaults, ['capacity', 'spotFirst', 'onDemandBase'])).toMatchObject({ line: 8 });
  });

  test('give a capacity only what its factory takes', () => {
    const [fleet] = filesOf({ 'fleet.yaml': 'capacity: { onDemand: }' }).map(readDocument);
    const [defaults] = policy()._defaultLayersFor(fleet, (key) => key.startsWith('capacity'));
    expect(dataOf(defaults)).toEqual({ capacity: { onDemand: { placement: { zones: {} } } } });
  });

  test('refuse what a fleet of a file says of locked keys', () => {
    const [violation, ...others] = policy()._lockedViolations('chat', ['capacity', 'network', 'rollout']);
    expect(others).toEqual([]);
    expect(violation).toMatchObject({ rule: 'locked', fleet: 'chat', key: 'network' });
    expect(path.basename(violation.ruleAt)).toBe('organisation.yaml:14:1');
  });
});

test('what a narrower layer allows and a wider one does not is refused, with the lines of both', () => {
  const platform = `
allowedProcessors: [graviton5, graviton3]
allowedRegions: [us-east-1, us-west-2]
maxInstances: 30
maxUsdPerMonth: { perFleet: 30000 }
unknownPrices: allow
requiredTags:
  team: { values: [chat, billing] }
  cost-centre: {}
defaults:
  network: { isolated: }
`;
  const message = messageOf({ 'organisation.yaml': ORGANISATION, 'platform.yaml': platform });
  expect(message.map((line) => line.replaceAll(/\/\S*\//g, ''))).toEqual([
    'platform.yaml:2:1 allowedProcessors: got graviton3, allowed graviton5, graviton4, by organisation.yaml:2:1: leave it out, or let the wider layer allow it',
    'platform.yaml:3:1 allowedRegions: got us-west-2, allowed us-east-1, eu-west-1, by organisation.yaml:3:1: leave it out, or let the wider layer allow it',
    'platform.yaml:4:1 maxInstances: got 30, allowed at most 20, by organisation.yaml:6:1: lower it, or raise it in the wider layer',
    'platform.yaml:5:19 maxUsdPerMonth.perFleet: got 30000 USD per month, allowed at most 20000 USD per month, by organisation.yaml:8:3: lower it, or raise it in the wider layer',
    'platform.yaml:6:1 unknownPrices: got allow, allowed refuse, by organisation.yaml:7:1: leave it out, or let the wider layer allow them',
    'platform.yaml:8:3 requiredTags.team: got billing, allowed chat, search, by organisation.yaml:11:3: leave it out, or let the wider layer allow it',
    'platform.yaml:9:3 requiredTags.cost-centre: got any value, allowed what matches [0-9]{4}, by organisation.yaml:12:3: list values that the wider layer allows, or repeat its pattern',
    'platform.yaml:11:3 defaults.network: got a default, allowed none, because network is locked, by organisation.yaml:14:1: leave it out, or let the wider layer unlock it',
  ]);
});

test('every problem of all files comes at once, with its line', () => {
  const message = messageOf({
    'organisation.yaml': `
allowedProcesors: [graviton5]
maxInstances: 2.5
largestSize: metal
requiredTags: { team: { pattern: "(" } }
`,
    'platform.yaml': `
maxKilowatts: 5
unknownPrices: alow
defaults: { rollout: { canary: { canaryTime: 30 } } }
`,
  });
  // What has no type yet cannot be judged: the values of the first file are not.
  expect(message).toEqual([
    expect.stringMatching(
      /^organisation.yaml:2:1 allowedProcesors: got an unknown key, allowed .*: did you mean allowedProcessors\?$/,
    ),
    expect.stringMatching(/^platform.yaml:2:1 maxKilowatts: got a number, allowed a map of inTotal, perFleet: /),
    'platform.yaml:3:1 unknownPrices: got another word, allowed refuse, allow: did you mean allow?',
    expect.stringMatching(
      /^platform.yaml:4:34 defaults.rollout.canary.canaryTime: got a number without a unit, allowed a duration/,
    ),
  ]);
});

test('values that no rule can have are refused at their line', () => {
  const message = messageOf({
    'policy.yaml': `
maxInstances: 2.5
largestSize: metal
allowedRegions: []
maxKilowatts: { inTotal: -1 }
maxUsdPerMonth: {}
requiredTags: { team: { pattern: "(" } }
allowedRuntimeRegistries: ["https://ghcr.io"]
minOnDemandPercentage: 101
`,
  });
  expect(message.map((line) => /^(\S+ \S+): got (.*?), allowed/.exec(line)?.slice(1).join(' = '))).toEqual([
    'policy.yaml:2:1 maxInstances = 2.5',
    'policy.yaml:3:1 largestSize = metal',
    'policy.yaml:4:1 allowedRegions = an empty list',
    'policy.yaml:5:17 maxKilowatts.inTotal = -1',
    'policy.yaml:6:1 maxUsdPerMonth = neither perFleet nor inTotal',
    'policy.yaml:7:17 requiredTags.team = "("',
    'policy.yaml:8:1 allowedRuntimeRegistries = "https://ghcr.io"',
    'policy.yaml:9:1 minOnDemandPercentage = 101',
  ]);
});

test('a file says what TypeScript says', () => {
  const [file] = filesOf({
    'policy.yaml': 'allowedProcessors: [graviton5]\nunknownPrices: allow\nlocked: [rollout]\n',
  });
  expect(FleetPolicy.fromFile(file).rules).toEqual(
    FleetPolicy.of({
      allowedProcessors: [GravitonProcessor.GRAVITON5],
      unknownPrices: UnknownPrices.ALLOW,
      locked: [PolicyKey.ROLLOUT],
    }).rules,
  );
});

describe('the schema for editors', () => {
  const isValid = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema);

  test.each([ORGANISATION, PLATFORM])('takes a file of policy', (text) => {
    expect(isValid(parse(text)) || isValid.errors).toBe(true);
  });

  test.each(['maxKilowatts: 5', 'alowedRegions: [us-east-1]', 'locked: [capacity]'])('refuses %s', (text) => {
    expect(isValid(parse(text))).toBe(false);
  });
});
