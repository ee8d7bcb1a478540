import { App, Duration, Stack } from 'aws-cdk-lib';
import { Dashboard, GraphWidget } from 'aws-cdk-lib/aws-cloudwatch';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { describe, expect, test } from 'vitest';
import {
  FleetCapacity,
  FleetMeter,
  FleetMeterProps,
  PowerCurve,
  PowerModel,
  PowerUsageEffectiveness,
  PriceBook,
  ScalableFleet,
} from '../../../lib';
import { createMeterFunction } from '../../../lib/economics/meter/private/meter-function';
import { METER_NAMESPACE } from '../../../lib/economics/meter/private/meter-metrics';
import { warningsOf } from '../../support/annotations';
import { problemsOf } from '../../support/config-error';
import { existingFleet, existingVpc, inRegion, newApp, newStack } from '../../support/fleet-app';
import { scheduledEvent } from '../../support/scheduled-event';
import { CloudFormationTemplate, onlyResource, resourcesOf, templateOf } from '../../support/template';
import { workerFleet } from '../../support/worker-app';

function meterOf(stack: Stack, props: Partial<FleetMeterProps> = {}, fleets?: ScalableFleet[]): FleetMeter {
  return new FleetMeter(stack, 'Meter', { fleets: fleets ?? [existingFleet(stack)], ...props });
}

function templateWith(props: Partial<FleetMeterProps> = {}): CloudFormationTemplate {
  const stack = newStack();
  meterOf(stack, props);
  return templateOf(stack);
}

type Statement = Readonly<Record<string, unknown>>;

describe('FleetMeter', () => {
  test('calls its function every five minutes with all that a run must know', () => {
    const stack = newStack();
    const [jobs, chat] = [workerFleet({}, stack), existingFleet(stack)];
    meterOf(stack, {}, [jobs, chat]);
    const template = templateOf(stack);
    const [, { Properties: schedule }] = onlyResource(template, 'AWS::Scheduler::Schedule');
    const [functionId] = onlyResource(template, 'AWS::Lambda::Function');
    expect(schedule).toMatchObject({
      ScheduleExpression: 'rate(5 minutes)',
      State: 'ENABLED',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: { 'Fn::GetAtt': [functionId, 'Arn'] },
        RetryPolicy: { MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 2 },
      },
    });
    const groups = resourcesOf(template, 'AWS::AutoScaling::AutoScalingGroup').map(([id]) => id);
    const event = scheduledEvent(template, (id) => id);
    expect(event).toMatchObject({
      meter: functionId,
      scheduledTime: '<aws.scheduler.scheduled-time>',
      // Both are small, so that one page has the instances of both.
      scans: [groups],
    });
    expect(Object.keys(event.types)).toEqual(['m8g.2xlarge', 'm9g.4xlarge']);
    const pue = PowerUsageEffectiveness.published().figure('us-east-1').value;
    const { idle, fullLoad } = PowerModel.published().band('m9g.4xlarge')!;
    const { usdPerHour } = PriceBook.published().listPrice('m9g.4xlarge', 'us-east-1')!;
    const figures = event.types['m9g.4xlarge'];
    expect(figures.listUsdPerHour).toBeCloseTo(usdPerHour, 5);
    expect(figures.effectiveUsdPerHour).toBeCloseTo(usdPerHour, 5);
    expect(figures.idleWatts!.low).toBeCloseTo(idle.low * pue, 3);
    expect(figures.fullLoadWatts!.high).toBeCloseTo(fullLoad.high * pue, 3);
  });

  test('takes your models: rates, curve and power usage effectiveness', () => {
    const stack = newStack();
    const rates = { usdPerVcpuHour: { m9g: 0.03 }, source: 'contract', asOf: '2026-11-01' };
    const fleet = existingFleet(stack);
    meterOf(
      stack,
      {
        priceBook: PriceBook.published().withEffectiveRates(rates),
        powerModel: PowerModel.published({ curve: PowerCurve.CONCAVE }),
        powerUsageEffectiveness: PowerUsageEffectiveness.custom({ value: 2, source: 'contract', asOf: '2026' }),
      },
      [fleet],
    );
    const { powerCurve, types } = scheduledEvent(templateOf(stack), (id) => id);
    const { listUsdPerHour, effectiveUsdPerHour, idleWatts } = types['m9g.4xlarge'];
    expect(effectiveUsdPerHour).toBeCloseTo(0.48, 10);
    expect(listUsdPerHour).toBeGreaterThan(0.48);
    expect(idleWatts!.low).toBeCloseTo(PowerModel.published().band('m9g.4xlarge')!.idle.low * 2, 3);
    expect(powerCurve.map(([utilization]) => utilization)).toEqual([0, 0.1, 0.5, 1]);
  });

  test('runs for as long as its interval, and no attempt is older than that', () => {
    const template = templateWith({ interval: Duration.minutes(20), logRetention: logs.RetentionDays.ONE_WEEK });
    expect(onlyResource(template, 'AWS::Lambda::Function')[1].Properties).toMatchObject({
      Architectures: ['arm64'],
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      MemorySize: 1769,
      // The most that Lambda allows.
      Timeout: 900,
    });
    expect(onlyResource(template, 'AWS::Lambda::EventInvokeConfig')[1].Properties).toMatchObject({
      MaximumEventAgeInSeconds: 1200,
      MaximumRetryAttempts: 2,
    });
    expect(onlyResource(template, 'AWS::Logs::LogGroup')[1].Properties).toEqual({ RetentionInDays: 7 });
    expect(onlyResource(templateWith(), 'AWS::Lambda::Function')[1].Properties.Timeout).toBe(300);
  });

  test('may read, and publish in its namespace, and nothing else', () => {
    const template = templateWith();
    expect(resourcesOf(template, 'AWS::IAM::Policy').filter(([id]) => id.startsWith('Meter'))).toEqual([]);
    const statementsOf = (id: string) =>
      resourcesOf(template, 'AWS::IAM::Role')
        .filter(([role]) => role.startsWith(id))
        .flatMap(([, { Properties }]) => Properties.Policies[0].PolicyDocument.Statement as Statement[]);
    const arnOf = (type: string) => ({ 'Fn::GetAtt': [onlyResource(template, type)[0], 'Arn'] });
    const allow = { Effect: 'Allow' };
    const toQueue = { ...allow, Action: 'sqs:SendMessage', Resource: arnOf('AWS::SQS::Queue') };
    const logging = ['logs:CreateLogStream', 'logs:PutLogEvents'];
    expect(statementsOf('MeterRole')).toEqual([
      { ...allow, Action: logging, Resource: arnOf('AWS::Logs::LogGroup') },
      toQueue,
      {
        ...allow,
        Action: ['cloudwatch:GetMetricData', 'ec2:DescribeInstances', 'ec2:DescribeSpotPriceHistory'],
        Resource: '*',
        Condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } },
      },
      {
        ...allow,
        Action: 'cloudwatch:PutMetricData',
        Resource: '*',
        Condition: { StringEquals: { 'cloudwatch:namespace': METER_NAMESPACE } },
      },
    ]);
    expect(statementsOf('MeterScheduleRole')).toEqual([
      { ...allow, Action: 'lambda:InvokeFunction', Resource: arnOf('AWS::Lambda::Function') },
      toQueue,
    ]);
  });

  test('keeps what failed in an encrypted queue that takes no plain HTTP', () => {
    const template = templateWith();
    const [queueId, { Properties: queue }] = onlyResource(template, 'AWS::SQS::Queue');
    expect(queue).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 1_209_600 });
    const arn = { 'Fn::GetAtt': [queueId, 'Arn'] };
    const [, { Properties: invoke }] = onlyResource(template, 'AWS::Lambda::EventInvokeConfig');
    expect(invoke.DestinationConfig.OnFailure.Destination).toEqual(arn);
    const [, { Properties: schedule }] = onlyResource(template, 'AWS::Scheduler::Schedule');
    expect(schedule.Target.DeadLetterConfig.Arn).toEqual(arn);
  });

  test('takes large fleets apart and small ones together', () => {
    const stack = newStack();
    const sizes = [40_000, 3000, 1500, 600, 20];
    const fleets = sizes.map((maxInstances, index) =>
      existingFleet(
        stack,
        { capacity: FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'], minInstances: 1, maxInstances }) },
        `Fleet${index}`,
      ),
    );
    meterOf(stack, {}, fleets);
    const { scans } = scheduledEvent(templateOf(stack), (id) => /Fleet(\d)/.exec(id)?.[1] ?? id);
    // 40,000 | 3,000 + 1,500 | 600 + 20, for 5,000 fit together.
    expect(scans).toEqual([['0'], ['1', '2'], ['3', '4']]);
  });

  test('hands out each metric of a fleet, at the interval, never as a sum', () => {
    const stack = newStack();
    const fleet = existingFleet(stack);
    const meter = meterOf(stack, { interval: Duration.minutes(10) }, [fleet]);
    const power = meter.metricPower(fleet);
    const metrics = [
      meter.metricOnDemandInstances(fleet),
      meter.metricSpotInstances(fleet),
      meter.metricVCpus(fleet),
      meter.metricUnpricedInstances(fleet),
      meter.metricListCost(fleet),
      meter.metricSpotCost(fleet),
      meter.metricEffectiveCost(fleet),
      power.low,
      power.typical,
      power.high,
    ];
    expect(metrics.map(({ metricName }) => metricName)).toEqual([
      'OnDemandInstances',
      'SpotInstances',
      'VCpus',
      'UnpricedInstances',
      'ListCost',
      'SpotCost',
      'EffectiveCost',
      'PowerLow',
      'PowerTypical',
      'PowerHigh',
    ]);
    for (const { namespace, statistic, period, dimensions } of metrics) {
      expect({ namespace, statistic, minutes: period.toMinutes() }).toEqual({
        namespace: 'GravitonFleet',
        statistic: 'Average',
        minutes: 10,
      });
      expect(stack.resolve(dimensions)).toEqual(
        stack.resolve({ AutoScalingGroupName: fleet.autoScalingGroup.autoScalingGroupName }),
      );
    }
    expect(meter.metricFailedFleets()).toMatchObject({
      metricName: 'FailedFleets',
      statistic: 'Maximum',
      dimensions: { FleetMeter: meter.meterFunction.functionName },
    });
  });

  test('has metrics that a dashboard in another region can show', () => {
    const app = newApp();
    const stack = newStack(inRegion('us-east-1'), app);
    const fleet = existingFleet(stack);
    const meter = meterOf(stack, {}, [fleet]);
    const boards = newStack(inRegion('us-west-2'), app, 'Boards');
    const widgets = [[new GraphWidget({ left: [meter.metricListCost(fleet), meter.metricEnergy(fleet).typical] })]];
    new Dashboard(boards, 'Board', { widgets });
    const body = JSON.stringify(onlyResource(templateOf(boards), 'AWS::CloudWatch::Dashboard')[1].Properties);
    expect(body).toContain('us-east-1');
    expect(body).toContain('Fn::GetStackOutput');
  });

  test('makes carbon of power and the grid of the region, where that is known', () => {
    const stack = newStack(inRegion('us-west-2'));
    const fleet = existingFleet(stack);
    const meter = meterOf(stack, {}, [fleet]);
    const carbon = meter.metricCarbon(fleet)!;
    // Electricity Maps to WattTime (marginal), g per kWh, as published.
    expect([carbon.low.expression, carbon.high.expression]).toEqual(['watts * 119.76 / 1000', 'watts * 476.66 / 1000']);
    expect(carbon.high.usingMetrics.watts.toMetricConfig().metricStat?.metricName).toBe('PowerHigh');
    const energy = meter.metricEnergy(fleet);
    expect(energy.typical.expression).toBe('watts * PERIOD(watts) / 3600000');
    const anywhere = newStack({});
    const other = existingFleet(anywhere);
    expect(meterOf(anywhere, {}, [other]).metricCarbon(other)).toBeUndefined();
  });

  test('warns of types whose price or power it will not know', () => {
    const app = newApp();
    const stack = newStack(inRegion('eu-central-1'), app);
    const capacity = FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'] });
    meterOf(stack, {}, [existingFleet(stack, { capacity })]);
    expect(warningsOf(app)).toContain('meterUnknownPrice');
    const known = newApp();
    const fine = newStack(inRegion('eu-central-1'), known);
    const rates = { usdPerVcpuHour: { m9g: 0.05 }, region: 'eu-central-1', source: 'contract', asOf: '2026-11-01' };
    meterOf(fine, { priceBook: PriceBook.published().withEffectiveRates(rates) }, [existingFleet(fine, { capacity })]);
    expect(warningsOf(known)).not.toContain('meterUnknownPrice');
    expect(warningsOf(known)).not.toContain('meterUnknownPower');
    const uncovered = newApp();
    const dark = newStack(inRegion('us-east-1'), uncovered);
    const watts = { low: 1, typical: 1, high: 1 };
    const coefficients = { m8g: { idleWattsPerVcpu: watts, fullLoadWattsPerVcpu: watts } };
    const powerModel = PowerModel.custom({ name: 'bench', coefficients, source: 'bench', asOf: '2026-11-01' });
    meterOf(dark, { powerModel }, [existingFleet(dark, { capacity })]);
    expect(warningsOf(uncovered)).toContain('meterUnknownPower');
  });

  test('measures 200 fleets of any type with one schedule', () => {
    const stack = newStack();
    existingVpc(stack);
    const capacity = FleetCapacity.spotFirst({ instanceTypes: ['m9g.4xlarge', 'm8g.4xlarge'], maxInstances: 4 });
    const fleets = Array.from({ length: 200 }, (_, index) => existingFleet(stack, { capacity }, `Fleet${index}`));
    const meter = meterOf(stack, {}, fleets);
    const schedule = meter.node.findChild('Schedule').node.defaultChild as scheduler.CfnSchedule;
    const { input } = stack.resolve(schedule.target) as { input: object };
    // The template's join of 200 references; 256 KB are what a schedule takes.
    expect(JSON.stringify(input).length).toBeLessThan(40_000);
  });
});

describe('FleetMeter refuses', () => {
  test('no fleet, and an interval that no schedule knows, at once', () => {
    const stack = newStack();
    const problems = problemsOf(() => meterOf(stack, { interval: Duration.seconds(90) }, []));
    expect(problems.map(({ what, got }) => [what, got])).toEqual([
      ['fleets', 'none'],
      ['interval', '1 minute 30 seconds'],
    ]);
    for (const interval of [Duration.seconds(30), Duration.hours(2)]) {
      expect(problemsOf(() => meterOf(newStack(), { interval }))[0].allowed).toBe('1 minute to 1 hour');
    }
  });

  test('a fleet twice, and fleets of another region or account', () => {
    const app: App = newApp();
    const stack = newStack(inRegion('us-east-1'), app);
    const fleet = existingFleet(stack);
    const abroad = newStack(inRegion('us-west-2'), app, 'Abroad');
    const foreign = newStack({ account: '210987654321', region: 'us-east-1' }, app, 'Foreign');
    const problems = problemsOf(() =>
      meterOf(stack, {}, [fleet, fleet, existingFleet(abroad), existingFleet(foreign)]),
    );
    expect(problems.map(({ what, got }) => [what, got])).toEqual([
      ['fleets[1]', 'Stack/Fleet again'],
      ['fleets[2]', 'Abroad/Fleet, whose stack has another region'],
      ['fleets[3]', 'Foreign/Fleet, whose stack has another account'],
    ]);
  });

  test('more fleets than one meter measures', () => {
    const stack = newStack();
    const fleet = existingFleet(stack);
    const fleets = Array.from({ length: 501 }, () => fleet);
    expect(problemsOf(() => meterOf(stack, {}, fleets))[0]).toMatchObject({ got: '501', allowed: '1 to 500 fleets' });
  });

  test('to give a metric of a fleet that it does not measure', () => {
    const stack = newStack();
    const [fleet, other] = [existingFleet(stack), existingFleet(stack, {}, 'Other')];
    const meter = meterOf(stack, {}, [fleet]);
    expect(problemsOf(() => meter.metricListCost(other))[0]).toMatchObject({ what: 'fleet', got: 'Stack/Other' });
  });

  test('a package that was not built', () => {
    const stack = newStack();
    const meter = meterOf(stack);
    const options = { interval: Duration.minutes(5), deadLetterQueue: meter.deadLetterQueue, logRetention: 7 };
    const problems = problemsOf(() => createMeterFunction(stack, { ...options, directory: '/nowhere' }));
    expect(problems[0]).toMatchObject({ got: 'no /nowhere/index.js' });
    expect(problems[0].fix).toContain('npm run build');
  });
});
