import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { describe, expect, test } from 'vitest';
import { FleetLoadBalancing, FleetRollout, InferenceFleet, InferenceFleetProps } from '../../lib';
import { problemsOf } from '../support/config-error';
import { existingFleet, newStack } from '../support/fleet-app';
import { _, oneSeries } from '../support/series-source';
import { Json, onlyResource, templateOf } from '../support/template';

const nlb = { loadBalancing: FleetLoadBalancing.nlb() };

/** A metric as an alarm has it: its expression, and name and statistic of each series by its id. */
function seriesOf(metric: (fleet: InferenceFleet) => cloudwatch.IMetric, props: Partial<InferenceFleetProps> = {}) {
  const stack = newStack();
  const fleet = existingFleet(stack, { rollout: FleetRollout.rolling(), ...props });
  new cloudwatch.Alarm(stack, 'Alarm', { metric: metric(fleet), threshold: 1, evaluationPeriods: 1 });
  const alarm = onlyResource(templateOf(stack), 'AWS::CloudWatch::Alarm')[1].Properties;
  if (!alarm.Metrics) {
    return [`${alarm.Namespace}/${alarm.MetricName} ${alarm.Statistic ?? alarm.ExtendedStatistic} ${alarm.Period}`];
  }
  return alarm.Metrics.map(({ Id, Expression, MetricStat }: Json) =>
    Expression
      ? Expression
      : `${Id}: ${MetricStat.Metric.Namespace}/${MetricStat.Metric.MetricName} ${MetricStat.Stat} ${MetricStat.Period}`,
  );
}

const ALB = 'AWS/ApplicationELB';
const NLB = 'AWS/NetworkELB';

describe('a fleet measures without charge', () => {
  test.each<[string, (fleet: InferenceFleet) => cloudwatch.IMetric, string[], string[]]>([
    ['requests', (fleet) => fleet.metricRequests(), [`${ALB}/RequestCount Sum 300`], [`${NLB}/NewFlowCount Sum 300`]],
    [
      'failed requests',
      (fleet) => fleet.metricServerErrors({ period: Duration.minutes(1) }),
      [
        'targets + balancer',
        `targets: ${ALB}/HTTPCode_Target_5XX_Count Sum 60`,
        `balancer: ${ALB}/HTTPCode_ELB_5XX_Count Sum 60`,
      ],
      ['resets', `resets: ${NLB}/TCP_Target_Reset_Count Sum 60`],
    ],
    [
      'healthy instances',
      (fleet) => fleet.metricHealthyInstances({ statistic: 'Minimum' }),
      [`${ALB}/HealthyHostCount Minimum 300`],
      [`${NLB}/HealthyHostCount Minimum 300`],
    ],
    [
      'unhealthy instances',
      (fleet) => fleet.metricUnhealthyInstances(),
      [`${ALB}/UnHealthyHostCount Average 300`],
      [`${NLB}/UnHealthyHostCount Average 300`],
    ],
    [
      'requests in flight',
      (fleet) => fleet.metricRequestsInFlight(),
      [
        'IF(healthy < 0, 0, FILL(requests, 0) / PERIOD(requests) * FILL(seconds, 0) / instances)',
        `healthy: ${ALB}/HealthyHostCount Average 60`,
        `requests: ${ALB}/RequestCount Sum 60`,
        `seconds: ${ALB}/TargetResponseTime Average 60`,
        'instances: AWS/AutoScaling/GroupInServiceInstances Average 60',
      ],
      [
        'IF(healthy < 0, 0, FILL(connections, 0) / instances)',
        `healthy: ${NLB}/HealthyHostCount Average 60`,
        `connections: ${NLB}/ActiveFlowCount Average 60`,
        'instances: AWS/AutoScaling/GroupInServiceInstances Average 60',
      ],
    ],
  ])('%s', (_, metric, behindAlb, behindNlb) => {
    expect(seriesOf(metric)).toEqual(behindAlb);
    expect(seriesOf(metric, nlb)).toEqual(behindNlb);
  });

  test('failed requests of either kind, and nothing of a minute that is not published', () => {
    const [expression] = seriesOf((fleet) => fleet.metricServerErrors());
    expect(oneSeries(expression, { targets: [3, _, 2, _], balancer: [_, 4, 1, _] })).toEqual([3, 4, 3, _]);
  });

  test('the share of failed requests', () => {
    const series = seriesOf((fleet) => fleet.metricServerErrorRate({ period: Duration.minutes(1) }));
    const minutes = { requests: [200, 200, _, 5, 0, _], errors: [2, _, 3, 9, 0, _] };
    expect(oneSeries(series[0], minutes)).toEqual([1, 0, 100, 100, 0, _]);
    expect([...series.slice(1)].sort()).toEqual([
      `balancer: ${ALB}/HTTPCode_ELB_5XX_Count Sum 60`,
      `requests: ${ALB}/RequestCount Sum 60`,
      'targets + balancer',
      `targets: ${ALB}/HTTPCode_Target_5XX_Count Sum 60`,
    ]);
  });

  test('the time to an answer, where the load balancer sees it', () => {
    expect(seriesOf((fleet) => fleet.metricLatency({ statistic: 'p99' }))).toEqual([
      `${ALB}/TargetResponseTime p99 300`,
    ]);
    const [problem] = problemsOf(() => existingFleet(newStack(), nlb).metricLatency());
    expect(problem).toMatchObject({ what: 'metricLatency', fix: 'measure it in the application' });
  });

  test('nothing with a request time out of its range', () => {
    const fleet = existingFleet(newStack());
    const [problem] = problemsOf(() => fleet.metricRequestsInFlight(Duration.hours(2)));
    expect([problem.what, problem.got]).toEqual(['averageRequestTime', '2 hours']);
  });
});

describe("a roll-out watches alarms on the fleet's own metrics", () => {
  const alarmOn = (stack: Stack, fleet: InferenceFleet, id = 'Failing') =>
    fleet.metricServerErrorRate().createAlarm(stack, id, { threshold: 1, evaluationPeriods: 1 });

  const preferencesOf = (stack: Stack) =>
    onlyResource(templateOf(stack), 'AWS::AutoScaling::AutoScalingGroup')[1].UpdatePolicy.AutoScalingInstanceRefresh
      .Preferences;

  test('and bakes for five minutes, and keeps all else', () => {
    const stack = newStack();
    const fleet = existingFleet(stack, { rollout: FleetRollout.canary({ watch: [] }) });
    fleet.addRolloutAlarm(alarmOn(stack, fleet));
    expect(preferencesOf(stack)).toEqual({
      MinHealthyPercentage: 100,
      MaxHealthyPercentage: 110,
      SkipMatching: true,
      CheckpointPercentages: [10, 100],
      CheckpointDelay: 900,
      AlarmSpecification: { Alarms: [{ Ref: expect.stringMatching(/^Failing/) }] },
      BakeTime: 300,
    });
  });

  test('beside those of the roll-out, with its bake time', () => {
    const stack = newStack();
    const metric = new cloudwatch.Metric({ namespace: 'Chat', metricName: 'Failed' });
    const other = metric.createAlarm(stack, 'Other', { threshold: 1, evaluationPeriods: 1 });
    const rollout = FleetRollout.rolling({ alarms: [other], bakeTime: Duration.minutes(20) });
    const fleet = existingFleet(stack, { rollout });
    fleet.addRolloutAlarm(alarmOn(stack, fleet));
    const { AlarmSpecification, BakeTime } = preferencesOf(stack);
    expect(AlarmSpecification.Alarms).toEqual([
      { Ref: expect.stringMatching(/^Other/) },
      { Ref: expect.stringMatching(/^Failing/) },
    ]);
    expect(BakeTime).toBe(1200);
  });

  test('of which there may be ten', () => {
    const stack = newStack();
    const fleet = existingFleet(stack, { rollout: FleetRollout.rolling() });
    for (let index = 1; index <= 10; index += 1) {
      fleet.addRolloutAlarm(alarmOn(stack, fleet, `Failing${index}`));
    }
    const [problem] = problemsOf(() => fleet.addRolloutAlarm(alarmOn(stack, fleet, 'Failing11')));
    expect([problem.what, problem.got]).toEqual(['addRolloutAlarm', '11 alarms']);
  });
});
