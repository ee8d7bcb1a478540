import { aws_cloudwatch as cloudwatch, CfnElement, Stack } from 'aws-cdk-lib';
import { afterEach, describe, expect, test } from 'vitest';
import { FleetCapacity, FleetEconomics, FleetMeter, FleetMeterUsage, PriceBook } from '../../../lib';
import { FleetReport } from '../../../lib/cli/report/fleet-report';
import { MeterReport } from '../../../lib/cli/report/meter-report';
import { UnreportedFleet } from '../../../lib/cli/report/unreported-fleets';
import { useBuiltCommand } from '../../support/built-command';
import { useBuiltInServer } from '../../support/built-in-server';
import { batchFleet, rayCluster } from '../../support/engine-app';
import { existingFleet, fleetStack, newApp, newStack } from '../../support/fleet-app';
import {
  Actions,
  hasFilter,
  instanceOf,
  items,
  LoopbackAws,
  runCommand,
  ServiceError,
} from '../../support/loopback-aws';
import { publishing } from '../../support/publishing-runtime';
import { workerFleet } from '../../support/worker-app';

useBuiltInServer();

useBuiltCommand();

const HOUR = 3600;
/** Midnight of two days ago, UTC, so that the data is always of an age that CloudWatch keeps in five minutes. */
const START = Math.floor(Date.now() / 1000 / 86_400) * 86_400 - 2 * 86_400;
const PERIODS = 12;
const TIME = ['--from', timeText(START), '--to', timeText(START + HOUR)];
const GROUP = 'MinimalFleet-FleetGroupASGF037160E-1ABCDEF';
const BALANCER = 'app/Minim-Fleet-1ABC/50dc6c495c0c9188';

interface MetricQuery {
  readonly Id: string;
  readonly MetricStat: {
    readonly Metric: { readonly MetricName: string; readonly Dimensions: readonly { readonly Value: string }[] };
    readonly Stat: string;
    readonly Period: number;
  };
}

/** Values by the name of a metric, one for each five minutes; a gap has none. */
type Data = Readonly<Record<string, readonly (number | undefined)[]>>;

const BUSY_HALF: Data = {
  GroupInServiceInstances: series(2, { 5: undefined }),
  CPUUtilization: series(50),
  RequestCount: series(100),
};

let aws: LoopbackAws;
afterEach(() => aws.stop());

describe('graviton-fleet report', () => {
  test('says what a meter cost by itself, and which fleets it cannot measure', async () => {
    aws = await LoopbackAws.start(deployed(BUSY_HALF));
    const app = newApp();
    const { fleet } = fleetStack({}, app);
    new FleetMeter(newStack(undefined, app, 'Exact'), 'Meter', { fleets: [fleet] });
    rayCluster({}, newStack(undefined, app, 'Ray'));
    batchFleet({}, newStack(undefined, app, 'Batch'));
    const { directory } = app.synth();
    const { status, stdout, stderr } = await report(directory, '--json');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { meters, unreported } = JSON.parse(stdout) as { meters: MeterReport[]; unreported: UnreportedFleet[] };
    expect(meters).toMatchObject([{ meter: 'Exact/Meter', fleets: ['MinimalFleet/Fleet'] }]);
    // An hour of 730, at the two instances that were there in eleven of twelve periods.
    near(meters[0].cost.high, new FleetMeterUsage({ fleets: 1, instances: 2 }).usd / 730);
    expect(unreported.map((one) => one.fleet)).toEqual(['Batch/Evaluations', 'Ray/Rollouts', 'Ray/Rollouts/Head']);
    const text = await report(directory);
    expect(text.stdout).toMatch(
      /Exact\/Meter: meter of 1 fleet, stack Exact\n +own cost +0\.01 USD \(estimated: modelled/,
    );
    expect(text.stdout).toMatch(/Batch\/Evaluations: not reported, stack Batch\n +why +AWS Batch launches/);
  });

  test('names fleets of engines alone, and asks nothing of AWS', async () => {
    aws = await LoopbackAws.start({});
    const app = newApp();
    rayCluster({}, newStack(undefined, app, 'Ray'));
    const { status, stdout, stderr } = await report(app.synth().directory);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('Ray/Rollouts: not reported');
  });

  test('adds up what a fleet did, cost, drew and emitted, as worked out by hand', async () => {
    aws = await LoopbackAws.start(deployed(BUSY_HALF));
    const { status, stdout, stderr } = await report(minimalFleet(), '--json');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const [fleet] = (JSON.parse(stdout) as { fleets: FleetReport[] }).fleets;
    expect(fleet).toMatchObject({
      fleet: 'MinimalFleet/Fleet',
      region: 'us-east-1',
      resources: { AutoScalingGroupName: GROUP, LoadBalancer: BALANCER },
      periodMinutes: 5,
      periods: 12,
      knownPeriods: 11,
      gaps: [{ from: timeText(START + 5 * 300), to: timeText(START + 6 * 300) }],
      notes: [],
    });
    // Two instances in eleven of twelve periods.
    const hours = (2 * 11) / 12;
    near(fleet.instanceHours?.low, hours);
    near(fleet.idlePercent?.low, 50);
    near(fleet.listCost?.low, hours * 16 * 0.04892);
    near(fleet.idleCost?.high, (hours * 16 * 0.04892) / 2);
    // Idle 11.04 W and full 34.96 W each at the low end: 23 W at half load.
    near(fleet.energy?.low, (hours * 23) / 1000);
    near(fleet.energy?.typical, (hours * (32.775 + 0.22425 * 50)) / 1000);
    near(fleet.energy?.high, (hours * (34.96 + 0.4784 * 50)) / 1000);
    near(fleet.carbon?.low, (hours * 23 * 369.473) / 1e6);
    // The requests of the gap are counted, and have no known cost.
    expect(fleet.work.requests.count).toBe(1200);
    near(fleet.work.requests.cost?.low, (hours * 16 * 0.04892) / 1.1);
    near(fleet.work.requests.energy?.low, (hours * 23) / 1000 / 1.1);
    expect([fleet.listCost, fleet.energy, fleet.instanceHours].map((figure) => figure?.kind)).toEqual([
      'listed',
      'estimated',
      'measured',
    ]);
    expect(fleet.effectiveCost).toBeUndefined();
  });

  test('says of each figure how it is known, from where and of when', async () => {
    aws = await LoopbackAws.start(deployed(BUSY_HALF));
    const { stdout } = await report(minimalFleet());
    expect(stdout).toMatch(/data +11 of 12 periods of 5 minutes/);
    expect(stdout).toMatch(/gap +\S+T00:25Z to \S+T00:30Z/);
    expect(stdout).toMatch(/instance-hours +1\.8 \(measured: CloudWatch, GroupInServiceInstances\)/);
    expect(stdout).toMatch(/cost, list +1\.43 USD \(listed: listed 2026-07-20/);
    expect(stdout).toMatch(/energy +0\.04 low, 0\.08 typical, 0\.11 high kWh \(estimated: Public models/);
    expect(stdout).toMatch(/carbon +0\.02 low, .* kg CO2e \(estimated: 369\.473 to/);
    expect(stdout).toMatch(/1\.3045 USD per thousand requests \(listed: /);
    expect(stdout).toContain('Read in periods of 5 minutes, as the dashboard has it.');
  });

  test('reads pages, and tries again when throttled', async () => {
    aws = await LoopbackAws.start({
      ...deployed(BUSY_HALF),
      GetMetricData: ({ json }, attempt) => {
        if (attempt === 1) {
          return new ServiceError('ThrottlingException');
        }
        const all = results(json, BUSY_HALF);
        const isFirst = !('NextToken' in json);
        return {
          MetricDataResults: all.map((result) => ({
            ...result,
            Timestamps: isFirst ? result.Timestamps.slice(0, 4) : result.Timestamps.slice(4),
            Values: isFirst ? result.Values.slice(0, 4) : result.Values.slice(4),
            StatusCode: isFirst ? 'PartialData' : 'Complete',
          })),
          ...(isFirst ? { NextToken: 'two' } : {}),
        };
      },
    });
    const [fleet] = await fleets(minimalFleet());
    expect(aws.calls.filter((call) => call === 'GetMetricData')).toHaveLength(3);
    near(fleet.instanceHours?.low, (2 * 11) / 12);
  });

  test('finds a group without instances by what CloudWatch lists', async () => {
    aws = await LoopbackAws.start({
      ...deployed({ ...BUSY_HALF, GroupInServiceInstances: series(0), CPUUtilization: series(undefined) }),
      DescribeInstances: () => '<reservationSet/>',
      ListMetrics: ({ json }) => listed(json, [GROUP, 'MinimalFleet-Other-1', 'AnotherStack-FleetGroupASGF037160E-2']),
    });
    const [fleet] = await fleets(minimalFleet());
    expect(fleet.resources.AutoScalingGroupName).toBe(GROUP);
    // No instance draws nothing, although there is no CPU utilization.
    expect([fleet.instanceHours?.low, fleet.listCost?.low, fleet.energy?.high]).toEqual([0, 0, 0]);
  });

  test('leaves out what it cannot find, says so, and takes names that are given', async () => {
    const actions = { ...deployed(BUSY_HALF), DescribeNetworkInterfaces: () => '<networkInterfaceSet/>' };
    aws = await LoopbackAws.start({ ...actions, ListMetrics: ({ json }) => listed(json, []) });
    const directory = minimalFleet();
    const [fleet] = await fleets(directory);
    expect(fleet.work).toEqual({});
    expect(fleet.notes).toEqual([
      expect.stringMatching(
        /^FleetLoadBalancerFB7B619B of the stack MinimalFleet: found nothing, .*--name MinimalFleet/,
      ),
    ]);
    const [named] = await fleets(directory, '--name', `MinimalFleet/FleetLoadBalancerFB7B619B=${BALANCER}`);
    expect(named.work.requests.count).toBe(1200);
  });

  test('says of a fleet that is not there that nothing is known, and invents nothing', async () => {
    aws = await LoopbackAws.start({
      DescribeInstances: () => '<reservationSet/>',
      DescribeSecurityGroups: () => '<securityGroupInfo/>',
      ListMetrics: ({ json }) => listed(json, []),
      GetMetricData: ({ json }) => ({ MetricDataResults: results(json, {}) }),
    });
    const [fleet] = await fleets(minimalFleet());
    expect(fleet).toMatchObject({ knownPeriods: 0, resources: {}, work: {} });
    expect([fleet.listCost, fleet.energy, fleet.instanceHours]).toEqual([undefined, undefined, undefined]);
    expect(fleet.notes.join('\n')).toContain('deploy the stack');
  });

  test('gives what is paid, and figures per million tokens and per thousand jobs', async () => {
    const app = newApp();
    const chat = existingFleet(newStack(undefined, app, 'Chat'));
    const tokens = new cloudwatch.Metric({
      namespace: 'Chat',
      metricName: 'Tokens',
      statistic: 'Sum',
      dimensionsMap: { Service: 'chat' },
    });
    const priceBook = PriceBook.published().withDiscount({ percent: 50, source: 'agreement 7', asOf: '2026-11-01' });
    new FleetEconomics(chat, { tokens, priceBook });
    const tools = workerFleet(
      { capacity: FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'] }) },
      newStack(undefined, app, 'Tools'),
    );
    new FleetEconomics(tools);
    const queue = Stack.of(tools).getLogicalId(tools.queue.node.defaultChild as CfnElement);
    aws = await LoopbackAws.start({
      ...deployed({ ...BUSY_HALF, Tokens: series(1_000_000), NumberOfMessagesDeleted: series(10) }),
      DescribeInstances: ({ query }) =>
        instanceOf('any', 'any', hasFilter(query, 'tag:aws:cloudformation:stack-name', 'Chat') ? 'chat-1' : 'tools-1'),
      ListMetrics: ({ json }) => listed(json, [`Tools-${queue}-1ABCDEF`, `Tools-${queue}2-1ABCDEF`, 'Chat-Requests-1']),
    });
    const [chatReport, toolsReport] = await fleets(app.synth().directory);
    expect(chatReport.effectiveCost).toMatchObject({ kind: 'paid', source: expect.stringContaining('agreement 7') });
    // 11 million tokens in periods of known cost.
    near(chatReport.work.tokens.cost?.low, (((2 * 11) / 12) * (16 * 0.04892 * 0.5)) / 11);
    expect(toolsReport.resources.AutoScalingGroupName).toBe('tools-1');
    near(toolsReport.work.jobs.cost?.low, (((2 * 11) / 12) * 16 * 0.04892) / 0.11);
  });

  test.each([
    ['the built-in server generated', 'GeneratedTokens', 'tokens that the built-in server generated'],
    ['the app names', 'PromptTokens', 'tokens by the metric that the app names'],
  ])('counts the tokens that %s, by the name of the fleet', async (_, name, source) => {
    const app = newApp();
    const fleet = existingFleet(newStack(undefined, app, 'Chat'), publishing());
    new FleetEconomics(fleet, name === 'PromptTokens' ? { tokens: fleet.metricPromptTokens() } : {});
    const asked: string[] = [];
    aws = await LoopbackAws.start({
      ...deployed(BUSY_HALF),
      DescribeInstances: () => instanceOf('any', 'any', 'chat-1'),
      ListMetrics: ({ json }) => listed(json, []),
      GetMetricData: ({ json }) => {
        const { MetricDataQueries: queries } = json as unknown as { MetricDataQueries: MetricQuery[] };
        const { Metric } = queries.find(({ MetricStat }) => MetricStat.Metric.MetricName === name)!.MetricStat;
        asked.push(...Metric.Dimensions.map(({ Value }) => Value));
        return { MetricDataResults: results(json, { ...BUSY_HALF, [name]: series(2_000_000) }) };
      },
    });
    const [chat] = await fleets(app.synth().directory);
    expect(new Set(asked).size).toBe(1);
    expect(asked[0]).toMatch(/^Chat\/ChatFleet[0-9A-F]{8}$/);
    expect(chat.work.tokens).toMatchObject({ count: 24_000_000, source: expect.stringContaining(source) });
    near(chat.work.tokens.cost?.low, (((2 * 11) / 12) * (16 * 0.04892)) / 22);
  });

  test.each([
    ['denied', 'UnauthorizedOperation', /allow ec2:DescribeInstances: .*--print-policy/],
    ['expired', 'RequestExpired', /sign in again/],
  ])('ends with 1 and a way out when %s, without the words of AWS', async (_, code, message) => {
    aws = await LoopbackAws.start({ DescribeInstances: () => new ServiceError(code) });
    const { status, stdout, stderr } = await report(minimalFleet());
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/secret-name|\n\s+at /);
  });

  test('ends with 2 for wrong input, and asks nothing', async () => {
    aws = await LoopbackAws.start({});
    const wrong = ['--from', 'yesterday', '--to', '2026-02-31', '--period', '7 weeks'];
    const { status, stderr } = await runCommand(['report', minimalFleet(), ...wrong], { aws });
    expect(status).toBe(2);
    expect(stderr).toMatch(/--to: got 2026-02-31[^]*--from: got yesterday[^]*--period: got 7 weeks/);
    expect((await runCommand(['report', '/nowhere'], { aws })).status).toBe(2);
    expect(aws.calls).toEqual([]);
  });

  test('prints the least policy of what it asks', async () => {
    aws = await LoopbackAws.start(deployed(BUSY_HALF));
    const { stdout } = await runCommand(['report', '--print-policy']);
    const [{ Action }] = (JSON.parse(stdout) as { Statement: { Action: string[] }[] }).Statement;
    await report(minimalFleet());
    const asked = new Set(aws.calls);
    expect(Action.map((action) => action.split(':')[1]).filter((action) => !asked.has(action))).toEqual([
      'ListMetrics',
    ]);
    expect(aws.calls.filter((call) => !Action.some((action) => action.endsWith(`:${call}`)))).toEqual([]);
  });
});

function minimalFleet(): string {
  const app = newApp();
  fleetStack({}, app);
  return app.synth().directory;
}

async function fleets(directory: string, ...args: string[]): Promise<FleetReport[]> {
  const { status, stdout, stderr } = await report(directory, '--json', ...args);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return (JSON.parse(stdout) as { fleets: FleetReport[] }).fleets;
}

function report(directory: string, ...args: string[]) {
  return runCommand(['report', directory, ...TIME, ...args], { aws });
}

/** What AWS answers of the minimal fleet. */
function deployed(data: Data): Actions {
  return {
    DescribeInstances: ({ query }) =>
      hasFilter(query, 'tag:aws:cloudformation:logical-id', 'FleetGroupASGF037160E') &&
      hasFilter(query, 'tag:aws:cloudformation:stack-name', 'MinimalFleet')
        ? instanceOf('MinimalFleet', 'FleetGroupASGF037160E', GROUP)
        : '<reservationSet/>',
    DescribeSecurityGroups: () => items('securityGroupInfo', [{ groupId: 'sg-1' }]),
    DescribeNetworkInterfaces: ({ query }) =>
      hasFilter(query, 'group-id', 'sg-1')
        ? items('networkInterfaceSet', [{ description: `ELB ${BALANCER}` }, { description: `ELB ${BALANCER}` }])
        : '<networkInterfaceSet/>',
    GetMetricData: ({ json }) => ({ MetricDataResults: results(json, data) }),
  };
}

function results(json: object, data: Data) {
  const { MetricDataQueries } = json as unknown as { MetricDataQueries: MetricQuery[] };
  return MetricDataQueries.map(({ Id, MetricStat }) => {
    const values = data[MetricStat.Metric.MetricName] ?? [];
    const known = values.flatMap((value, index) => (value === undefined ? [] : [{ time: START + index * 300, value }]));
    return {
      Id,
      Timestamps: known.map(({ time }) => time),
      Values: known.map(({ value }) => value),
      StatusCode: 'Complete',
    };
  });
}

function listed(json: object, names: readonly string[]) {
  const { Namespace, MetricName, Dimensions } = json as {
    Namespace: string;
    MetricName: string;
    Dimensions: { Name: string }[];
  };
  const metric = (Value: string) => ({ Namespace, MetricName, Dimensions: [{ Name: Dimensions[0].Name, Value }] });
  return { Metrics: names.map(metric) };
}

function series(value: number | undefined, others: Readonly<Record<number, number | undefined>> = {}) {
  return Array.from({ length: PERIODS }, (_, index) => (index in others ? others[index] : value));
}

function near(got: number | undefined, expected: number): void {
  expect(got).toBeCloseTo(expected, 6);
}

function timeText(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 16)}Z`;
}
