import * as path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { FleetCapacity, InferenceFleetStackProps } from '../../../lib';
import { IAM_ACTIONS } from '../../../lib/cli/aws/iam-actions';
import { Check } from '../../../lib/cli/doctor/check';
import { useBuiltCommand } from '../../support/built-command';
import { existingFleet, fleetStack, newApp, newStack } from '../../support/fleet-app';
import { Actions, instanceOf, items, LoopbackAws, runCommand, ServiceError } from '../../support/loopback-aws';

useBuiltCommand();

const ROOT = path.join(__dirname, '..', '..', '..');
const ZONES = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
const TYPE = 'm9g.4xlarge';
const PERIOD = 300;
const STANDARD = 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances';

let aws: LoopbackAws;
afterEach(() => aws?.stop());

describe('graviton-fleet doctor', () => {
  test('without --aws asks nobody, and says what it did not look at', async () => {
    aws = await LoopbackAws.start(ACCOUNT_THAT_HAS_ALL);
    const { checks } = await doctor(assembly());
    expect(aws.calls).toEqual([]);
    expect(state(checks, 'aws')).toBe('skipped');
    expect(state(checks, 'input')).toBe('ok');
  });

  test('finds all right where the account has what the fleet needs', async () => {
    aws = await LoopbackAws.start(ACCOUNT_THAT_HAS_ALL);
    const { status, checks, stderr } = await doctor(assembly(), '--aws');
    expect(checks.filter(({ id, state: each }) => id.startsWith('aws') && each !== 'ok')).toEqual([
      { id: 'aws.spot', state: 'skipped', found: 'us-east-1: no group buys Spot instances' },
    ]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(found(checks, 'aws.offerings.MinimalFleet/Fleet/Group/ASG')).toBe(
      'us-east-1: m9g.4xlarge offered in us-east-1a, us-east-1b',
    );
    expect(found(checks, 'aws.typeFacts.m9g.4xlarge')).toContain('16 vCPUs, 64 GiB, arm64, as in the catalog of');
    expect(found(checks, 'aws.quota.onDemand')).toBe(
      `us-east-1: ${STANDARD}: 128 vCPUs, the fleets may need 64 at their largest, in use 8`,
    );
    expect(found(checks, 'aws.metrics.MinimalFleet/Fleet.instances')).toContain('GroupInServiceInstances arrives: 2');
  });

  test.each([
    [['us-east-1a'], 'problem', 'not offered in us-east-1b'],
    [['us-east-1b', 'us-east-1c'], 'problem', 'not offered in us-east-1a'],
  ])('says where a type is offered in %j only', async (zones, expected, text) => {
    aws = await LoopbackAws.start({
      ...ACCOUNT_THAT_HAS_ALL,
      DescribeInstanceTypeOfferings: () => offerings([TYPE], zones),
    });
    const { status, checks } = await doctor(assembly(), '--aws');
    const id = 'aws.offerings.MinimalFleet/Fleet/Group/ASG';
    expect([status, state(checks, id)]).toEqual([1, expected]);
    expect(found(checks, id)).toContain(text);
  });

  test('warns when one of several types is missing in a zone', async () => {
    const both = items('instanceTypeOfferingSet', [
      ...ZONES.map((location) => ({ instanceType: 'm8g.4xlarge', location })),
      { instanceType: TYPE, location: 'us-east-1a' },
    ]);
    aws = await LoopbackAws.start({ ...ACCOUNT_THAT_HAS_ALL, DescribeInstanceTypeOfferings: () => both });
    const capacity = FleetCapacity.onDemand({ instanceTypes: [TYPE, 'm8g.4xlarge'] });
    const { checks } = await doctor(assembly({ capacity }), '--aws');
    expect(state(checks, 'aws.offerings.MinimalFleet/Fleet/Group/ASG')).toBe('warning');
  });

  test('reads the zones of subnets that exist already', async () => {
    const app = newApp();
    existingFleet(newStack(undefined, app, 'Existing'));
    const subnets = ['us-east-1a', 'us-east-1c'].map((availabilityZone) => ({
      subnetId: 'subnet-1',
      availabilityZone,
    }));
    aws = await LoopbackAws.start({ ...ACCOUNT_THAT_HAS_ALL, DescribeSubnets: () => items('subnetSet', subnets) });
    const { checks } = await doctor(app.synth().directory, '--aws');
    expect(found(checks, 'aws.offerings.Existing/Fleet/Group/ASG')).toContain('offered in us-east-1a, us-east-1c');
  });

  test.each([
    [63, 0, 'problem'],
    [64, 0, 'ok'],
    [80, 32, 'warning'],
  ])(
    'holds a quota of %d vCPUs, %d in use, against the 64 of the largest size with its replacements: %s',
    async (quota, used, expected) => {
      aws = await LoopbackAws.start({
        ...ACCOUNT_THAT_HAS_ALL,
        GetServiceQuota: () => ({ Quota: { QuotaName: STANDARD, Value: quota } }),
        GetMetricData: ({ json }) => metricData(json, { ResourceCount: used }),
      });
      const { checks } = await doctor(assembly(), '--aws');
      expect(state(checks, 'aws.quota.onDemand')).toBe(expected);
    },
  );

  test('takes the default quota of an account that never asked for more', async () => {
    aws = await LoopbackAws.start({
      ...ACCOUNT_THAT_HAS_ALL,
      GetServiceQuota: () => new ServiceError('NoSuchResourceException'),
      GetAWSDefaultServiceQuota: () => ({ Quota: { QuotaName: STANDARD, Value: 5 } }),
    });
    const { checks } = await doctor(assembly(), '--aws');
    expect(found(checks, 'aws.quota.onDemand')).toContain('5 vCPUs, the fleets may need 64');
  });

  test('says what Spot costs now in each zone, and divides the need', async () => {
    const capacity = FleetCapacity.spotFirst({
      instanceTypes: [TYPE],
      minInstances: 2,
      maxInstances: 6,
      onDemandBase: 2,
    });
    aws = await LoopbackAws.start({
      ...ACCOUNT_THAT_HAS_ALL,
      GetServiceQuota: ({ json }) => ({
        Quota: { QuotaName: (json as unknown as { QuotaCode: string }).QuotaCode, Value: 1000 },
      }),
    });
    const { checks } = await doctor(assembly({ capacity }), '--aws');
    const spot = 'aws.spot.MinimalFleet/Fleet/Group/ASG.m9g.4xlarge';
    // Of us-east-1a the newer of two, and nothing of a zone that the group is not in.
    expect(found(checks, spot)).toBe(
      'us-east-1: m9g.4xlarge: 0.25 USD per hour in us-east-1a (since 2026-11-23T08:00Z), ' +
        '0.31 USD per hour in us-east-1b (since 2026-11-23T07:00Z)',
    );
    // Two by base on-demand; of the rest, and of the two that AWS may add while it replaces, all by Spot; of 16 vCPUs each.
    expect(found(checks, 'aws.quota.onDemand')).toContain('L-1216C47A: 1000 vCPUs, the fleets may need 32');
    expect(found(checks, 'aws.quota.spot')).toContain('L-34B43A08: 1000 vCPUs, the fleets may need 96');
  });

  test('finds where EC2 contradicts the catalog', async () => {
    aws = await LoopbackAws.start({ ...ACCOUNT_THAT_HAS_ALL, DescribeInstanceTypes: () => typeInfo(TYPE, 32, 65_536) });
    const { status, checks } = await doctor(assembly(), '--aws');
    expect([status, state(checks, 'aws.typeFacts.m9g.4xlarge')]).toEqual([1, 'problem']);
    expect(found(checks, 'aws.typeFacts.m9g.4xlarge')).toContain('EC2 says 32 vCPUs, here 16');
  });

  test('finds that metrics do not arrive', async () => {
    aws = await LoopbackAws.start({
      ...ACCOUNT_THAT_HAS_ALL,
      GetMetricData: ({ json }) => metricData(json, { ResourceCount: 0, CPUUtilization: 40 }),
    });
    const { checks } = await doctor(assembly(), '--aws');
    expect(state(checks, 'aws.metrics.MinimalFleet/Fleet.instances')).toBe('problem');
    // No requests came, which may be.
    expect(state(checks, 'aws.metrics.MinimalFleet/Fleet.requests')).toBe('skipped');
  });

  test('names the action that is missing, and looks at the rest', async () => {
    aws = await LoopbackAws.start({
      ...ACCOUNT_THAT_HAS_ALL,
      DescribeInstanceTypes: () => new ServiceError('UnauthorizedOperation'),
    });
    const { status, checks, text } = await doctor(assembly(), '--aws');
    expect(status).toBe(1);
    expect(checks.find(({ id }) => id === 'aws.typeFacts')).toEqual({
      id: 'aws.typeFacts',
      state: 'problem',
      found: 'us-east-1: ec2:DescribeInstanceTypes in us-east-1: got permission denied',
      fix: 'allow ec2:DescribeInstanceTypes: "graviton-fleet doctor --print-policy" prints the least IAM policy',
    });
    expect(state(checks, 'aws.quota.onDemand')).toBe('ok');
    expect(text).not.toContain('secret-name');
  });

  test.each([
    ['without credentials', {}, 'got no credentials'],
    [
      'without a network',
      { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
      'got no connection',
    ],
  ])('%s says so once, and asks no further', async (_, env, message) => {
    const { status, stdout } = await runCommand(['doctor', assembly(), '--aws', '--json'], { cwd: ROOT, env });
    const { checks } = JSON.parse(stdout) as { checks: Check[] };
    const ofAws = checks.filter(({ id }) => id.startsWith('aws'));
    expect(status).toBe(1);
    expect(ofAws.filter(({ state: each }) => each === 'problem').map(({ found: text }) => text)).toEqual([
      expect.stringContaining(message),
    ]);
  });

  test('ends with 2 for input that is none', async () => {
    const { status, stdout } = await runCommand(['doctor', '/nowhere']);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  test('prints a policy of reading actions alone', async () => {
    const { stdout } = await runCommand(['doctor', '--print-policy']);
    const { Statement } = JSON.parse(stdout) as { Statement: { Action: string[] }[] };
    expect(Statement).toHaveLength(1);
    expect(Statement[0].Action).toEqual([...IAM_ACTIONS]);
    expect(
      Statement[0].Action.every((action) => /^(ec2:Describe|cloudwatch:(Get|List)|servicequotas:Get)\w+$/.test(action)),
    ).toBe(true);
  });

  test('prints each check for people with what to do', async () => {
    aws = await LoopbackAws.start({
      ...ACCOUNT_THAT_HAS_ALL,
      DescribeInstanceTypeOfferings: () => offerings([TYPE], []),
    });
    const { stdout, stderr } = await runCommand(['doctor', assembly(), '--aws'], { aws, cwd: ROOT });
    expect(stdout).toMatch(
      /^PROBLEM {2}aws\.offerings\.\S+: us-east-1: m9g\.4xlarge is not offered .*\n {9}use other zones/m,
    );
    expect(stderr).toMatch(/^graviton-fleet: 1 of \d+ checks found a problem\n$/);
  });
});

const ACCOUNT_THAT_HAS_ALL: Actions = {
  DescribeAvailabilityZones: () =>
    items(
      'availabilityZoneInfo',
      [...ZONES].reverse().map((zoneName) => ({ zoneName })),
    ),
  DescribeInstanceTypeOfferings: () => offerings([TYPE], ZONES),
  DescribeInstanceTypes: () => typeInfo(TYPE, 16, 65_536),
  DescribeSpotPriceHistory: () =>
    items('spotPriceHistorySet', [
      spotPrice('us-east-1a', '0.250000', '2026-11-23T08:00:00.000Z'),
      spotPrice('us-east-1a', '0.240000', '2026-11-23T06:00:00.000Z'),
      spotPrice('us-east-1b', '0.310000', '2026-11-23T07:00:00.000Z'),
      spotPrice('us-east-1c', '0.200000', '2026-11-23T07:00:00.000Z'),
    ]),
  GetServiceQuota: () => ({ Quota: { QuotaName: STANDARD, Value: 128 } }),
  DescribeInstances: () => instanceOf('MinimalFleet', 'FleetGroupASGF037160E', 'group-1'),
  DescribeSecurityGroups: () => items('securityGroupInfo', [{ groupId: 'sg-1' }]),
  DescribeNetworkInterfaces: () => items('networkInterfaceSet', [{ description: 'ELB app/balancer/1' }]),
  GetMetricData: ({ json }) =>
    metricData(json, { ResourceCount: 8, GroupInServiceInstances: 2, CPUUtilization: 40, RequestCount: 9 }),
};

function offerings(types: readonly string[], zones: readonly string[]): string {
  return items(
    'instanceTypeOfferingSet',
    types.flatMap((instanceType) => zones.map((location) => ({ instanceType, location }))),
  );
}

function typeInfo(instanceType: string, vcpus: number, mebibytes: number): string {
  return (
    `<instanceTypeSet><item><instanceType>${instanceType}</instanceType>` +
    `<vCpuInfo><defaultVCpus>${vcpus}</defaultVCpus></vCpuInfo><memoryInfo><sizeInMiB>${mebibytes}</sizeInMiB></memoryInfo>` +
    '<processorInfo><supportedArchitectures><item>arm64</item></supportedArchitectures></processorInfo></item></instanceTypeSet>'
  );
}

function spotPrice(availabilityZone: string, price: string, timestamp: string) {
  return { instanceType: TYPE, productDescription: 'Linux/UNIX', spotPrice: price, timestamp, availabilityZone };
}

/** One point in the last whole period. */
function metricData(json: object, values: Readonly<Record<string, number>>): object {
  const { MetricDataQueries, EndTime } = json as {
    MetricDataQueries: { Id: string; MetricStat: { Metric: { MetricName: string } } }[];
    EndTime: number;
  };
  return {
    MetricDataResults: MetricDataQueries.map(({ Id, MetricStat }) => {
      const value = values[MetricStat.Metric.MetricName] as number | undefined;
      return value === undefined
        ? { Id, Timestamps: [], Values: [] }
        : { Id, Timestamps: [EndTime - PERIOD], Values: [value], StatusCode: 'Complete' };
    }),
  };
}

function assembly(props: Partial<InferenceFleetStackProps> = {}): string {
  const app = newApp();
  fleetStack(props, app);
  return app.synth().directory;
}

async function doctor(directory: string, ...args: string[]) {
  const { status, stdout, stderr } = await runCommand(['doctor', directory, '--json', ...args], { aws, cwd: ROOT });
  return { status, text: stdout + stderr, stderr, checks: (JSON.parse(stdout) as { checks: Check[] }).checks };
}

function state(checks: readonly Check[], id: string): string | undefined {
  return checks.find((check) => check.id === id)?.state;
}

function found(checks: readonly Check[], id: string): string | undefined {
  return checks.find((check) => check.id === id)?.found;
}
