import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EC2Client } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CLIENT_OPTIONS } from '../../../functions/fleet-meter/client-options';
import { MeterEvent, readMeterEvent } from '../../../functions/fleet-meter/meter-event';
import { meterFleets } from '../../../functions/fleet-meter/meter-fleets';
import { JsonLog } from '../../../instance/common/json-log';
import {
  averagesOf,
  mixedEvent,
  mixedFigures,
  mixedFleets,
  rounded,
  RUN_TIME,
  supply,
} from '../../support/metered-fleets';
import { Behaviour, SimulatedAws } from '../../support/simulated-aws/simulated-aws';
import { SimulatedFleet } from '../../support/simulated-aws/simulated-fleet';

let aws: SimulatedAws;

let log: string[];

beforeEach(() => {
  log = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => log.push(String(line)) > 0);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await aws.stop();
});

async function simulate(fleets: readonly SimulatedFleet[], behaviour: Behaviour = {}): Promise<void> {
  aws = await SimulatedAws.start(fleets, behaviour);
  supply(aws);
}

function run(event: object, readingMilliseconds = 60_000): Promise<void> {
  const options = {
    ...CLIENT_OPTIONS,
    endpoint: aws.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
  };
  const clients = { ec2: new EC2Client(options), cloudWatch: new CloudWatchClient(options) };
  return meterFleets(event as MeterEvent, { ...clients, log: new JsonLog('fleet-meter'), readingMilliseconds });
}

const groupsOf = (fleets: readonly SimulatedFleet[]) => fleets.map(({ group }) => group);
const failed = () => aws.published.statistics('Meter', 'FailedFleets', RUN_TIME)?.maximum;

describe('a run of the meter', () => {
  test('publishes the figures of each fleet, worked out by hand, and asks no more than it must', async () => {
    const fleets = mixedFleets(3, 5);
    await simulate(fleets);
    await run(mixedEvent([groupsOf(fleets)]));
    for (const group of groupsOf(fleets)) {
      expect(rounded(averagesOf(aws, group))).toEqual(rounded(mixedFigures(5)));
    }
    expect(failed()).toBe(0);
    expect(aws.published.size).toBe(31);
    expect(aws.calls).toEqual({
      DescribeInstances: 1,
      DescribeSpotPriceHistory: 1,
      GetMetricData: 1,
      PutMetricData: 1,
    });
    // Only of types that are bought on Spot, as of the time of the run.
    expect(aws.inputs.find(({ action }) => action === 'DescribeSpotPriceHistory')!.input).toEqual({
      types: ['m8g.4xlarge', 'm9g.8xlarge'],
      start: '2026-11-23T06:05:00Z',
      end: '2026-11-23T06:05:00Z',
    });
  });

  test('twice for the same event counts nothing twice', async () => {
    await simulate(mixedFleets(2, 5));
    const event = mixedEvent([['Group-0', 'Group-1']]);
    await run(event);
    await run(event);
    expect(rounded(averagesOf(aws, 'Group-1'))).toEqual(rounded(mixedFigures(5)));
    expect(aws.published.size).toBe(21);
    // What CloudWatch makes of it: a sum would be twice as high, and so no metric of the meter is a sum.
    const instances = aws.published.statistics('Group-1', 'SpotInstances', RUN_TIME)!;
    expect(instances).toEqual({ sampleCount: 2, sum: 40, minimum: 20, maximum: 20, average: 20 });
  });

  test('counts an instance once that comes again on the next page', async () => {
    await simulate(mixedFleets(1, 400), { repeated: 100 });
    await run(mixedEvent([['Group-0']]));
    expect(rounded(averagesOf(aws, 'Group-0'))).toEqual(rounded(mixedFigures(400)));
    expect(aws.calls.DescribeInstances).toBe(3);
  });

  test('reads pages, and takes groups by their exact names', async () => {
    const [fleet] = mixedFleets(1, 350);
    const [star] = mixedFleets(1, 2);
    await simulate([fleet, { ...star, group: 'Group-*' }]);
    aws.cpuPercent.set('Group-*', 40);
    await run(mixedEvent([['Group-0'], ['Group-*']]));
    expect(rounded(averagesOf(aws, 'Group-0'))).toEqual(rounded(mixedFigures(350)));
    expect(rounded(averagesOf(aws, 'Group-*'))).toEqual(rounded(mixedFigures(2)));
    const groups = aws.inputs.filter(({ action }) => action === 'DescribeInstances').map(({ input }) => input);
    expect(groups.sort()).toEqual([['Group-0'], ['Group-0'], ['Group-0'], ['Group-\\*']]);
  });

  test('survives being throttled', async () => {
    const fleets = mixedFleets(12, 3);
    await simulate(fleets, { throttled: 0.3 });
    await run(mixedEvent(groupsOf(fleets).map((group) => [group])));
    expect(aws.calls.Throttled).toBeGreaterThan(2);
    for (const group of groupsOf(fleets)) {
      expect(rounded(averagesOf(aws, group))).toEqual(rounded(mixedFigures(3)));
    }
    expect(aws.calls).toMatchObject({ DescribeInstances: 12, PutMetricData: 1 });
    expect(aws.published.statistics('Group-0', 'VCpus', RUN_TIME)!.sampleCount).toBe(1);
  });

  test('publishes the other fleets when one cannot be read, and says which', async () => {
    await simulate(mixedFleets(3, 2), { failingGroups: ['Group-1'] });
    const error = /^1 of 3 fleets could not be measured: Group-1$/;
    await expect(run(mixedEvent([['Group-0', 'Group-1', 'Group-2']]))).rejects.toThrow(error);
    expect(rounded(averagesOf(aws, 'Group-0'))).toEqual(rounded(mixedFigures(2)));
    expect(rounded(averagesOf(aws, 'Group-2'))).toEqual(rounded(mixedFigures(2)));
    expect(averagesOf(aws, 'Group-1')).toMatchObject({ VCpus: undefined, ListCost: undefined });
    expect(failed()).toBe(1);
  });

  test('leaves out only what it could not read: power without CPU utilization', async () => {
    await simulate(mixedFleets(1, 2), { failingActions: ['GetMetricData'] });
    await expect(run(mixedEvent([['Group-0']]))).rejects.toThrow('1 of 1 fleets');
    const { PowerLow, PowerTypical, PowerHigh, ...others } = mixedFigures(2);
    expect(rounded(averagesOf(aws, 'Group-0'))).toMatchObject(rounded(others));
    expect(PowerLow < PowerTypical && PowerTypical < PowerHigh).toBe(true);
    expect(averagesOf(aws, 'Group-0').PowerTypical).toBeUndefined();
  });

  test('leaves out only what it could not read: what Spot Instances cost', async () => {
    await simulate(mixedFleets(1, 2), { failingActions: ['DescribeSpotPriceHistory'] });
    await expect(run(mixedEvent([['Group-0']]))).rejects.toThrow('1 of 1 fleets');
    const averages = averagesOf(aws, 'Group-0');
    expect(averages).toMatchObject({ SpotCost: undefined, EffectiveCost: undefined, UnpricedInstances: 8 });
    expect(averages.ListCost).toBeCloseTo(12.4, 10);
  });

  test('publishes no vCPUs of a fleet in which EC2 does not say how many an instance has', async () => {
    const [known, other] = mixedFleets(2, 1);
    const bare = { instanceType: 'm9g.metal-48xl', zone: 'us-east-1a', count: 1 };
    await simulate([known, { ...other, pools: [...other.pools, bare] }]);
    await run(mixedEvent([['Group-0', 'Group-1']]));
    expect(averagesOf(aws, 'Group-0').VCpus).toBe(128);
    expect(averagesOf(aws, 'Group-1')).toMatchObject({ VCpus: undefined, OnDemandInstances: 3 });
  });

  test('says of a fleet all that it could not read', async () => {
    await simulate(mixedFleets(1, 2), { failingActions: ['DescribeSpotPriceHistory', 'GetMetricData'] });
    await expect(run(mixedEvent([['Group-0']]))).rejects.toThrow('1 of 1 fleets');
    const [{ reason }] = log.map((line) => JSON.parse(line) as { reason: string });
    expect(reason).toMatch(/Spot prices: .*CPU utilization: |CPU utilization: .*Spot prices: /);
    expect(failed()).toBe(1);
  });

  test('ends before its time is over, and publishes what it has', async () => {
    const fleets = mixedFleets(1, 1).concat({ ...mixedFleets(1, 2000)[0], group: 'Group-1' });
    await simulate(fleets, { pageMilliseconds: 400 });
    const start = Date.now();
    await expect(run(mixedEvent([['Group-0'], ['Group-1']]), 2500)).rejects.toThrow(/2 fleets could not be measured/);
    expect(Date.now() - start).toBeLessThan(8000);
    // Group-0 was counted; neither prices nor CPU utilization could be asked for any more.
    expect(averagesOf(aws, 'Group-0')).toMatchObject({ OnDemandInstances: 2, SpotInstances: 4, PowerLow: undefined });
    expect(averagesOf(aws, 'Group-1').VCpus).toBeUndefined();
    expect(failed()).toBe(2);
  });

  test('of fleets without instances publishes zeros, and asks for no price', async () => {
    await simulate([{ group: 'Group-0', pools: [] }]);
    await run(mixedEvent([['Group-0']]));
    expect(Object.values(averagesOf(aws, 'Group-0'))).toEqual(Array(10).fill(0));
    expect(aws.calls).toEqual({ DescribeInstances: 1, PutMetricData: 1 });
  });

  test('publishes 200 fleets in requests of 1,000 metrics', async () => {
    const fleets = mixedFleets(200, 1);
    await simulate(fleets);
    await run(mixedEvent([groupsOf(fleets)]));
    expect(aws.inputs.filter(({ action }) => action === 'PutMetricData').map(({ input }) => input)).toEqual([
      1000, 1000, 1,
    ]);
    expect(aws.calls).toMatchObject({ DescribeInstances: 2, GetMetricData: 1 });
  });

  test('writes neither credentials nor instance ids into its log', async () => {
    await simulate(mixedFleets(2, 2), { failingGroups: ['Group-1'] });
    await expect(run(mixedEvent([['Group-0'], ['Group-1']]))).rejects.toThrow();
    expect(log.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(['fleet-failed', 'metered']);
    expect(log.join('')).not.toMatch(/testing|i-0/);
  });

  test('refuses an event that is not one of the schedule, with every problem', async () => {
    await simulate([]);
    expect(() => readMeterEvent({ scans: [], scheduledTime: '<aws.scheduler.scheduled-time>' })).toThrow(
      /must have required property 'meter'.*'powerCurve'.*'types'.*\/scheduledTime must match pattern.*\/scans must NOT/,
    );
  });
});
