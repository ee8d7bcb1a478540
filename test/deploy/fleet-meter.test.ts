import * as path from 'node:path';
import { CloudWatchClient, GetMetricStatisticsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { _InstanceType, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildFunctions } from '../../scripts/build-functions';
import { CdkCli } from '../../scripts/local-aws/cdk-cli';
import { LOCAL_REGION, LocalAws } from '../../scripts/local-aws/local-aws';
import { ResourceReadBack, StackReadBack } from '../../scripts/local-aws/stack-read-back';

const FIXTURES = path.join(__dirname, 'fixtures');
const MINUTE = 60_000;

/** What the app of `fixtures/metered-app.ts` gives to its function. */
interface DeployedEvent {
  readonly meter: string;
  readonly scheduledTime: string;
  readonly scans: string[][];
  readonly types: Record<string, { readonly listUsdPerHour: number; readonly idleWatts: { readonly low: number } }>;
}

// EC2, CloudWatch and Lambda are the emulator's; its schedules do not fill in the time, and it has no Spot prices.
describe('a deployed meter', () => {
  const due = new Date(Math.floor(Date.now() / MINUTE) * MINUTE - MINUTE);
  let localAws: LocalAws;
  let stack: StackReadBack;
  let ec2: EC2Client;
  let cloudWatch: CloudWatchClient;
  let event: DeployedEvent;

  beforeAll(async () => {
    await buildFunctions();
    localAws = await LocalAws.start();
    const app = `"${process.execPath}" --import tsx metered-app.ts`;
    const cdk = new CdkCli({ localAws, app, workingDirectory: FIXTURES });
    await cdk.bootstrap();
    await cdk.deploy('Metered');
    stack = await localAws.stack('Metered');
    const client = {
      endpoint: localAws.endpoint,
      region: LOCAL_REGION,
      credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
    };
    [ec2, cloudWatch] = [new EC2Client(client), new CloudWatchClient(client)];
  });
  afterAll(() => localAws?.stop());

  const only = (type: string): ResourceReadBack => {
    const found = Object.values(stack.resources).filter((resource) => resource.type === type);
    expect(found, type).toHaveLength(1);
    return found[0];
  };
  const groups = (): string[] =>
    Object.values(stack.resources)
      .filter(({ type }) => type === 'AWS::AutoScaling::AutoScalingGroup')
      .map(({ physicalId }) => physicalId);
  const launch = (group: string, instanceType: _InstanceType, count: number) =>
    ec2.send(
      new RunInstancesCommand({
        ImageId: 'ami-0123456789abcdef0',
        InstanceType: instanceType,
        MinCount: count,
        MaxCount: count,
        TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'aws:autoscaling:groupName', Value: group }] }],
      }),
    );
  const average = async (dimension: string, of: string, metricName: string): Promise<number | undefined> => {
    const { Datapoints: points = [] } = await cloudWatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'GravitonFleet',
        MetricName: metricName,
        Dimensions: [{ Name: dimension, Value: of }],
        StartTime: due,
        EndTime: new Date(due.getTime() + MINUTE),
        Period: 60,
        Statistics: ['Average'],
      }),
    );
    return points[0]?.Average;
  };
  const run = async (): Promise<string | null> => {
    const url = `${localAws.endpoint}/2015-03-31/functions/${event.meter}/invocations`;
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(event) });
    expect([response.status, response.headers.get('x-amz-function-error')], await response.clone().text()).toEqual([
      200,
      null,
    ]);
    return response.text().then((text) => JSON.parse(text || 'null') as null);
  };

  test('has a schedule that gives the names of its groups to its function', () => {
    const { properties } = only('AWS::Scheduler::Schedule');
    const target = properties.Target as { Arn: string; Input: string };
    expect(properties.ScheduleExpression).toBe('rate(5 minutes)');
    expect(target.Arn).toBe(only('AWS::Lambda::Function').attributes.Arn);
    event = JSON.parse(target.Input.replace('<aws.scheduler.scheduled-time>', due.toISOString())) as DeployedEvent;
    expect(event.meter).toBe(only('AWS::Lambda::Function').physicalId);
    expect(event.scans.flat().sort()).toEqual(groups().sort());
  });

  test('publishes zeros while the groups are empty', async () => {
    await run();
    for (const group of groups()) {
      expect(await average('AutoScalingGroupName', group, 'OnDemandInstances')).toBe(0);
      expect(await average('AutoScalingGroupName', group, 'ListCost')).toBe(0);
    }
  });

  test('publishes what its instances cost and draw, group by group', async () => {
    const [large, small] = groups();
    await launch(large, 'm9g.4xlarge', 3);
    await launch(large, 'm8g.4xlarge', 2);
    await launch(small, 'm8g.4xlarge', 1);
    await launch('of-nobody', 'm8g.4xlarge', 7);
    await cloudWatch.send(
      new PutMetricDataCommand({
        Namespace: 'AWS/EC2',
        MetricData: [large, small].map((group) => ({
          MetricName: 'CPUUtilization',
          Dimensions: [{ Name: 'AutoScalingGroupName', Value: group }],
          // Long enough before the next run for all instances to have reported.
          Timestamp: new Date(due.getTime() - 17 * MINUTE),
          Value: 0,
        })),
      }),
    );
    // Another minute: CloudWatch would average with the run before.
    due.setTime(due.getTime() - 2 * MINUTE);
    event = { ...event, scheduledTime: due.toISOString() };
    await run();
    const [m9g, m8g] = [event.types['m9g.4xlarge'], event.types['m8g.4xlarge']];
    expect(await average('AutoScalingGroupName', large, 'OnDemandInstances')).toBe(5);
    expect(await average('AutoScalingGroupName', small, 'OnDemandInstances')).toBe(1);
    expect(await average('AutoScalingGroupName', large, 'ListCost')).toBeCloseTo(
      3 * m9g.listUsdPerHour + 2 * m8g.listUsdPerHour,
      6,
    );
    // At 0 % CPU.
    expect(await average('AutoScalingGroupName', large, 'PowerLow')).toBeCloseTo(
      3 * m9g.idleWatts.low + 2 * m8g.idleWatts.low,
      3,
    );
    expect(await average('AutoScalingGroupName', small, 'UnpricedInstances')).toBe(0);
    expect(await average('FleetMeter', event.meter, 'FailedFleets')).toBe(0);
  });

  test('run again for the same event, shows the same', async () => {
    const [large] = groups();
    const before = await average('AutoScalingGroupName', large, 'EffectiveCost');
    await run();
    expect(before).toBeGreaterThan(0);
    expect(await average('AutoScalingGroupName', large, 'EffectiveCost')).toBe(before);
  });
});
