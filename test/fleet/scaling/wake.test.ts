import { Schedule } from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { describe, expect, test } from 'vitest';
import { FleetCapacity, FleetLoadBalancing, FleetRollout, FleetSize, InferenceFleet } from '../../../lib';
import { warningsOf } from '../../support/annotations';
import { problemsOf } from '../../support/config-error';
import { existingFleet, newApp, newStack } from '../../support/fleet-app';
import { _, oneSeries } from '../../support/series-source';
import { useSilentWarnings } from '../../support/silent-warnings';
import { Json, onlyResource, templateOf } from '../../support/template';

useSilentWarnings();

const capacity = FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'], minInstances: 0, maxInstances: 6 });

function sleepingFleet(): { app: ReturnType<typeof newApp>; fleet: InferenceFleet; queue: sqs.Queue } {
  const app = newApp();
  const stack = newStack(undefined, app);
  return {
    app,
    fleet: existingFleet(stack, { capacity, rollout: FleetRollout.rolling() }),
    queue: new sqs.Queue(stack, 'Work'),
  };
}

function wakeOf(wake: (parts: { fleet: InferenceFleet; queue: sqs.Queue }) => void): { policy: Json; alarm: Json } {
  const parts = sleepingFleet();
  wake(parts);
  const template = templateOf(parts.fleet.node.scope as ReturnType<typeof newStack>);
  const [policyId, policy] = onlyResource(template, 'AWS::AutoScaling::ScalingPolicy');
  const alarm = onlyResource(template, 'AWS::CloudWatch::Alarm')[1].Properties;
  expect(alarm.AlarmActions).toEqual([{ 'Fn::GetAtt': [policyId, 'Arn'] }]);
  return { policy: policy.Properties, alarm };
}

const step = (instances: number) => ({
  AutoScalingGroupName: { Ref: expect.stringMatching(/^FleetGroupASG/) },
  PolicyType: 'StepScaling',
  AdjustmentType: 'ChangeInCapacity',
  StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: instances }],
});

describe('an empty fleet wakes', () => {
  test('for a message, and only while no instance is wanted yet', () => {
    const { policy, alarm } = wakeOf(({ fleet, queue }) => fleet.wakeOnQueue({ queue }));
    expect(policy).toEqual(step(1));
    expect(alarm).toMatchObject({
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
    });
    const [result, desired, demand] = alarm.Metrics;
    expect(result.Expression).toBe('IF(desired >= 1, 0, demand)');
    expect(desired.MetricStat).toMatchObject({ Metric: { MetricName: 'GroupDesiredCapacity' }, Period: 60 });
    expect(demand.MetricStat).toMatchObject({
      Metric: { MetricName: 'ApproximateNumberOfMessagesVisible' },
      Stat: 'Maximum',
      Period: 60,
    });
  });

  test.each([
    ['messages that are published later than the group', [0, 0, 0], [3, 4, _], [3, 4, _]],
    ['a group that is published later than messages', [0, _, _], [3, 4, 5], [3, _, _]],
    ['no instance and no message', [0, 0], [_, 0], [_, 0]],
    ['an instance on its way', [0, 1, 1], [3, _, _], [3, 0, 0]],
  ])('not by a minute of which not all is known: %s', (_name, desired, demand, wanted) => {
    const { alarm } = wakeOf(({ fleet, queue }) => fleet.wakeOnQueue({ queue }));
    expect(oneSeries(alarm.Metrics[0].Expression, { desired, demand })).toEqual(wanted);
  });

  test('for a request that found nobody', () => {
    const { policy, alarm } = wakeOf(({ fleet }) => fleet.wakeOnRequests({ instances: 2 }));
    expect(policy).toEqual(step(2));
    expect(alarm.Metrics[2].MetricStat).toMatchObject({
      Metric: { Namespace: 'AWS/ApplicationELB', MetricName: 'HTTPCode_ELB_503_Count' },
      Stat: 'Sum',
      Period: 60,
    });
  });

  test('by instances, also where the group counts vCPUs', () => {
    const size = FleetSize.vcpus({ min: 0, max: 192 });
    const stack = newStack();
    const fleet = existingFleet(stack, {
      capacity: FleetCapacity.onDemand({ instanceTypes: ['m9g.8xlarge', 'm9g.4xlarge'], size }),
    });
    fleet.wakeOnRequests({ instances: 2 });
    const [, policy] = onlyResource(templateOf(stack), 'AWS::AutoScaling::ScalingPolicy');
    expect(policy.Properties).toEqual(step(64));
  });

  test('for an alarm of the user', () => {
    const { policy } = wakeOf(({ fleet }) => {
      const metric = new cloudwatch.Metric({ namespace: 'Chat', metricName: 'Wanted' });
      const alarm = metric.createAlarm(fleet.node.scope!, 'Wanted', { threshold: 1, evaluationPeriods: 1 });
      fleet.wakeOnAlarm('WakeWhenWanted', { alarm, instances: 6 });
    });
    expect(policy).toEqual(step(6));
  });
});

describe('waking is refused', () => {
  test.each([0, 1.5, 7])('with %d instances of 6', (instances) => {
    const { fleet } = sleepingFleet();
    const [problem] = problemsOf(() => fleet.wakeOnRequests({ instances }));
    expect(problem).toMatchObject({ what: 'instances', got: `${instances}`, allowed: 'a whole number from 1 to 6' });
  });

  test('for requests to a Network Load Balancer', () => {
    const fleet = existingFleet(newStack(), { capacity, loadBalancing: FleetLoadBalancing.nlb() });
    const [problem] = problemsOf(() => fleet.wakeOnRequests());
    expect([problem.what, problem.fix]).toEqual(['wakeOnRequests', 'use wakeOnAlarm()']);
  });
});

describe('a fleet that cannot wake is warned of', () => {
  const schedule = Schedule.cron({ hour: '7', minute: '30' });

  test.each<[string, (parts: { fleet: InferenceFleet; queue: sqs.Queue }) => void, string[]]>([
    ['nothing', () => undefined, ['cannotWake']],
    ['a policy that keeps a target', ({ fleet }) => fleet.scaleOnCpu(), ['cannotWake']],
    [
      'a schedule that empties it',
      ({ fleet }) => fleet.scaleOnSchedule('A', { schedule, minInstances: 0 }),
      ['cannotWake'],
    ],
    ['a schedule that fills it', ({ fleet }) => fleet.scaleOnSchedule('A', { schedule, minInstances: 1 }), []],
    ['a queue', ({ fleet, queue }) => fleet.wakeOnQueue({ queue }), []],
    ['requests', ({ fleet }) => fleet.wakeOnRequests(), []],
  ])('with %s', (_, wake, expected) => {
    const parts = sleepingFleet();
    wake(parts);
    expect(warningsOf(parts.app)).toEqual(expected);
  });
});
