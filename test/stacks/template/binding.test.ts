import * as fs from 'node:fs';
import * as path from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { BudgetSplit, CostBudgetProps, ImageBuilderOptions, ImageComponent } from '../../../lib';
import { bind, bindMethods, callMethods, locateProblem } from '../../../lib/stacks/template/private/binding';
import { bindingContext, problemLines } from '../../support/binding-context';
import { existingFleet, newStack } from '../../support/fleet-app';
import { useScratchDirectory } from '../../support/scratch-directory';

const scratch = useScratchDirectory();

const DOCUMENT = `
schemaVersion: 1.0
phases:
  - name: build
    steps: [{ name: Run, action: ExecuteBash, inputs: { commands: [date] } }]
`;

function linesOf(type: string, data: unknown): string[] {
  return problemLines(() => bind(type, data, bindingContext()));
}

describe('data that does not fit is refused with its place', () => {
  test('every problem at once', () => {
    const data = {
      image: { runtime: { contaner: {} } },
      capacity: { onDemand: { instanceTyps: ['m9g.4xlarge'], minInstances: 'two' } },
      lifecycle: { coldStart: { measured: 90 }, drain: { within: { longestRequest: '90 secs' } } },
      rollout: { canary: {}, rolling: {} },
      tags: { team: 1 },
    };
    expect(linesOf('InferenceFleetStackProps', data).map((line) => line.split(' | ')[0])).toEqual([
      'image.runtime.contaner',
      'capacity.onDemand.instanceTyps',
      'capacity.onDemand.minInstances',
      'lifecycle.coldStart.measured',
      'lifecycle.drain.within.longestRequest',
      'rollout',
      'tags.team',
    ]);
  });

  test.each([
    ['FleetCapacity', 'spotFirst', '', 'text', 'one of attributes', 'write the name as a key'],
    ['FleetCapacity', null, '', 'nothing', 'one of attributes', 'write the name as a key'],
    ['FleetCapacity', {}, '', 'none of them', 'one of attributes', 'keep exactly one'],
    ['FleetCapacity', { onDemnd: {} }, 'onDemnd', 'an unknown key', 'onDemand', 'did you mean onDemand?'],
    ['FleetCapacity', { onDemand: null }, 'onDemand', 'nothing', 'a value', 'add instanceTypes'],
    ['FleetCapacity', { constructor: {} }, 'constructor', 'an unknown key', 'onDemand', 'remove it'],
    ['CrossZone', 'ON', '', 'another word', 'On, Off', 'did you mean On?'],
    ['SpotNotice', 'MAY_CUT', '', 'another word', 'MustSuffice, MayCut', 'did you mean MayCut?'],
    ['GravitonProcessor', 'graviton55', '', 'another word', 'graviton2, graviton3', 'did you mean graviton5?'],
    ['aws-cdk-lib.TimeZone', 'Europe/Berlim', '', 'another word', 'names, such as', 'Europe/Berlin'],
    ['ColdStart', { measured: 90 }, 'measured', 'a number without a unit', 'seconds, minutes', '90 seconds'],
    ['ColdStart', { measured: '90 secs' }, 'measured', 'the unit secs, after 90', 'seconds, minutes', '90 seconds'],
    ['ColdStart', { measured: '1.5 minutes' }, 'measured', 'a number that is not whole', 'seconds', '90 seconds'],
    ['ColdStart', { measured: 'hunter2' }, 'measured', 'other text', 'seconds, minutes', '90 seconds'],
    ['ColdStart', { typical: { fast: true } }, 'typical', 'a map', 'nothing, or {}', 'write nothing'],
    ['ImageBuilderOptions', { rootVolumeSize: 40 }, 'rootVolumeSize', 'a number without a unit', 'GiB', '40 GiB'],
    ['ImageBuilderOptions', { instanceTypes: 'm9g.large' }, 'instanceTypes', 'text', 'a list', 'behind a dash'],
    [
      'JobOptions',
      { handler: { server: { path: '/run' } }, queue: 'jobs' },
      'queue',
      'other text',
      'SQS',
      'arn:aws:sqs',
    ],
    ['NumberRange', { min: Number.NaN }, 'min', 'a number without end', 'a number', 'in digits'],
    ['WarmPoolOptions', { reuseOnScaleIn: 'yes' }, 'reuseOnScaleIn', 'text', 'true or false', 'without quotes'],
    ['RayOptions', { version: '${Token[TOKEN.7]}' }, 'version', 'a token of AWS CDK', 'text', 'the value itself'],
    ['RayOptions', { version: '#{Token[TOKEN.7]}' }, 'version', 'a token of AWS CDK', 'text', 'the value itself'],
    [
      'CanaryRolloutOptions',
      { alarms: ['arn:aws:cloudwatch:us-east-1:123456789012:alarm:${Token[TOKEN.7]}'] },
      'alarms.0',
      'a token of AWS CDK',
      'the ARN of a CloudWatch alarm',
      'the value itself',
    ],
    [
      'FleetPolicyDefaults',
      { tags: { '${Token[TOKEN.7]}': 'chat' } },
      'tags.${Token[TOKEN.7]}',
      'a token of AWS CDK',
      'a plain key',
      'the key itself',
    ],
    ['PriceBook', { published: null, withDiscount: {} }, 'withDiscount', 'a map', 'a list', 'behind a dash'],
    ['PowerBudgetProps', { fleets: ['chat'], kilowatts: 5 }, 'fleets.0', 'another name', 'there is no fleet', 'one of'],
  ])('%s: %o', (type, data, place, got, allowed, fix) => {
    const [line, ...others] = linesOf(type, data);
    expect(others).toEqual([]);
    const [at, what, wasGot, wasAllowed, wasFix] = line.split(' | ');
    expect([at, wasGot]).toEqual([place, got]);
    expect(what).not.toBe('');
    expect(wasAllowed).toContain(allowed);
    expect(wasFix).toContain(fix);
  });

  test('what a factory refuses is placed at the key that it names', () => {
    const tokens = { namespace: 'Chat', metricName: 'Tokens', statistic: 'Average' };
    const watch = [{ illegalInstructions: null }, { tokensPerSecond: { tokens, below: -1 } }];
    expect(linesOf('FleetRollout', { canary: { watch } }).map((line) => line.split(' | ')[0])).toEqual([
      'canary.watch.1.tokensPerSecond.tokens',
      'canary.watch.1.tokensPerSecond.below',
    ]);
  });

  test('what AWS CDK refuses is told in its words, without the values, which may be secrets', () => {
    const metric = { namespace: 'hunter2', metricName: 'hunter2', period: '7 seconds' };
    const lines = [
      ...linesOf('MetricScalingOptions', { metric, target: 1 }),
      ...linesOf('ImageLogs', { toBucket: { bucket: 'hunter2..logs' } }),
    ];
    expect(lines).toHaveLength(2);
    expect(lines.join()).not.toContain('hunter2');
    expect(lines[0]).toMatch(/^metric \| metric \| a value that AWS CDK refuses \| .*period/);
    expect(lines[1]).toMatch(/Invalid S3 bucket name \(value: \.\.\.\)$/);
  });

  test('secrets are never repeated', () => {
    const secret = 'hunter2-and-more';
    const environment = { TOKEN: secret, 'bad name': secret, OTHER: [secret] };
    const lines = [
      ...linesOf('InferenceRuntime', { container: { image: 5, command: secret, environment } }),
      ...linesOf('InferenceRuntime', { container: { image: 'x', environment: { 'bad name': secret } } }),
      ...linesOf('ColdStart', { measured: secret }),
      ...linesOf('ImageLogs', { toBucket: { bucket: `${secret} with spaces` } }),
      ...linesOf('CrossZone', secret),
    ];
    expect(lines.length).toBeGreaterThan(6);
    expect(lines.join()).not.toContain(secret);
  });
});

describe('values', () => {
  test('paths start from the directory of the data', () => {
    const directory = scratch();
    fs.mkdirSync(path.join(directory, 'parts'), { recursive: true });
    fs.writeFileSync(path.join(directory, 'parts', 'agent.yml'), DOCUMENT);
    const data = { fromDocument: 'parts/agent.yml' };
    expect(bind('ImageComponent', data, { ...bindingContext(), directory })).toBeInstanceOf(ImageComponent);
    expect(linesOf('ImageComponent', data)[0]).toContain('/nowhere/parts/agent.yml');
  });

  test('a resource is imported once, however often it is named', () => {
    const context = bindingContext();
    const topic = 'arn:aws:sns:us-east-1:123456789012:alerts';
    const fleet = existingFleet(newStack());
    const named = { ...context, fleets: new Map([['chat', fleet]]) };
    const props = { fleets: ['chat'], usdPerMonth: 5, topic };
    const [one, other] = [1, 2].map(() => bind('CostBudgetProps', props, named) as CostBudgetProps);
    expect(one.topic).toBe(other.topic);
    expect(one.fleets).toEqual([fleet]);
    expect(context.scope.node.children).toHaveLength(1);
  });

  test('a VPC with other subnets is another import', () => {
    const context = bindingContext();
    const vpc = { id: 'vpc-0123456789abcdef0', availabilityZones: ['us-east-1a'] };
    for (const privateSubnetIds of [['subnet-1'], ['subnet-2'], ['subnet-1']]) {
      bind('FleetNetwork', { existing: { vpc: { ...vpc, privateSubnetIds } } }, context);
    }
    expect(context.scope.node.children).toHaveLength(2);
  });

  test('a factory without options takes nothing, null or an empty map', () => {
    for (const data of [{ proportional: null }, { proportional: {} }, { proportional: undefined }]) {
      expect(bind('BudgetSplit', data, bindingContext())).toBeInstanceOf(BudgetSplit);
    }
  });

  test('what the data leaves out stays out, so that defaults hold', () => {
    const bound = bind(
      'ImageBuilderOptions',
      { instanceTypes: ['m9g.large'] },
      bindingContext(),
    ) as ImageBuilderOptions;
    expect(Object.keys(bound)).toEqual(['instanceTypes']);
  });

  test.each(['90 seconds', '2 minutes', '1 hour', '3 days', '50 milliseconds'])('%s', (text) => {
    const { interval } = bind('CloudWatchAgentOptions', { interval: text }, bindingContext()) as { interval: Duration };
    const [amount, unit] = text.split(' ');
    const each = { second: 1e3, minute: 6e4, hour: 36e5, day: 864e5, millisecond: 1 }[unit.replace(/s$/, '')] ?? 0;
    expect(interval.toMilliseconds()).toBe(Number(amount) * each);
  });

  test('__proto__ is a name like any other', () => {
    const environment = JSON.parse('{"__proto__": "x"}') as unknown;
    const data = { container: { image: 'x', environment } };
    const lines = linesOf('InferenceFleetStackProps', {
      image: { runtime: data },
      capacity: JSON.parse('{"__proto__": {}}'),
    });
    expect(lines.map((line) => line.split(' | ')[0])).toContain('capacity.__proto__');
    expect({}).not.toHaveProperty('x');
  });
});

describe('methods', () => {
  test.each([
    [{ scaleOnCpu: {} }, '', 'a map'],
    [[{ scaleOnCpuu: {} }], '0.scaleOnCpuu', 'an unknown key'],
    [[{ scaleOnCpu: {}, scalePredictively: {} }], '0', 'a map of 2 keys'],
    [['scaleOnCpu'], '0', 'text'],
    [[{ scaleOnCpu: {} }, { scaleOnCpu: { target: 5 } }], '1.scaleOnCpu.target', 'an unknown key'],
  ])('%o is refused', (entries, place, got) => {
    const lines = problemLines(() => bindMethods('InferenceFleet', entries, bindingContext()));
    expect(lines.map((line) => line.split(' | '))).toEqual([
      [place, expect.anything(), got, expect.anything(), expect.anything()],
    ]);
  });

  test('what they refuse is placed', () => {
    const context = bindingContext();
    const data = [
      { scaleOnCpu: { targetUtilizationPercent: 200 } },
      { scaleOnSchedule: { id: 'Night', schedule: { expression: '0 3 * * *' } } },
    ];
    const calls = bindMethods('InferenceFleet', data, context);
    const lines = problemLines(() => callMethods(existingFleet(newStack()), calls, context));
    expect(lines.map((line) => line.split(' | ').slice(0, 2))).toEqual([
      ['0.scaleOnCpu.targetUtilizationPercent', 'targetUtilizationPercent'],
      ['1.scaleOnSchedule', 'minInstances'],
    ]);
  });

  test('two of a kind are refused', () => {
    const context = bindingContext();
    const calls = bindMethods('InferenceFleet', [{ scaleOnCpu: null }, { scaleOnCpu: null }], context);
    const [line] = problemLines(() => callMethods(existingFleet(newStack()), calls, context));
    expect(line).toContain('1.scaleOnCpu | scaleOnCpu | another of the same kind');
  });
});

test('a problem of a construct is found in the data', () => {
  const at = (what: string, data: unknown) => locateProblem({ what, got: '', allowed: '', fix: '' }, data);
  const capacity = { onDemand: { instanceTypes: ['m9g.large', 'm5.large'], size: { vcpus: { max: 4 } } } };
  expect(at('capacity.instanceTypes[1]', { capacity })).toEqual(['capacity', 'onDemand', 'instanceTypes', 1]);
  expect(at('capacity.size.max', { capacity })).toEqual(['capacity', 'onDemand', 'size', 'vcpus', 'max']);
  expect(at('instanceTypes[7]', capacity)).toEqual(['onDemand', 'instanceTypes']);
  expect(at('environment TOKEN', { environment: { TOKEN: 'x' } })).toEqual(['environment', 'TOKEN']);
  expect(at('constructor', { capacity })).toEqual([]);
});
