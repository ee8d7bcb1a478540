import { Duration, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { describe, expect, test } from 'vitest';
import { FleetLoadBalancing, InferenceFleet, InferenceFleetProps } from '../../../lib';
import { errorOf, problemsOf } from '../../support/config-error';
import { existingFleet, inRegion, newStack } from '../../support/fleet-app';
import { _, oneSeries } from '../../support/series-source';
import { Json, onlyResource, templateOf } from '../../support/template';

const GROUP = { Ref: expect.stringMatching(/^FleetGroupASG/) };
const INSTANCES = {
  Id: 'instances',
  MetricStat: {
    Metric: {
      Namespace: 'AWS/AutoScaling',
      MetricName: 'GroupInServiceInstances',
      Dimensions: [{ Name: 'AutoScalingGroupName', Value: GROUP }],
    },
    Stat: 'Average',
    Period: 60,
  },
  ReturnData: false,
};

function policyOf(scale: (fleet: InferenceFleet) => void, props: Partial<InferenceFleetProps> = {}): Json {
  const stack = newStack();
  scale(existingFleet(stack, props));
  return onlyResource(templateOf(stack), 'AWS::AutoScaling::ScalingPolicy')[1].Properties;
}

function trackingOf(scale: (fleet: InferenceFleet) => void, props: Partial<InferenceFleetProps> = {}): Json {
  const policy = policyOf(scale, props);
  expect(policy).toMatchObject({ AutoScalingGroupName: GROUP, PolicyType: 'TargetTrackingScaling' });
  return policy.TargetTrackingConfiguration;
}

/** Queries without dimensions, which each test of an own metric does not care for. */
function queriesOf(scale: (fleet: InferenceFleet) => void, props: Partial<InferenceFleetProps> = {}): Json[] {
  return trackingOf(scale, props).CustomizedMetricSpecification.Metrics;
}

const custom = (metricName: string, seconds = 60, statistic = 'Sum') =>
  new cloudwatch.Metric({ namespace: 'Chat', metricName, statistic, period: Duration.seconds(seconds) });

const customStat = (name: string, seconds = 60, statistic = 'Sum') => ({
  Metric: { Namespace: 'Chat', MetricName: name },
  Stat: statistic,
  Period: seconds,
});

describe('on the CPU', () => {
  test.each([
    [{}, 60, false],
    [{ targetUtilizationPercent: 75, disableScaleIn: true }, 75, true],
  ])('%j', (options, target, disableScaleIn) => {
    expect(trackingOf((fleet) => fleet.scaleOnCpu(options))).toEqual({
      TargetValue: target,
      DisableScaleIn: disableScaleIn,
      PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' },
    });
  });

  test.each([0, 101, NaN])('not at %d percent', (targetUtilizationPercent) => {
    const [problem] = problemsOf(() => existingFleet(newStack()).scaleOnCpu({ targetUtilizationPercent }));
    expect(problem).toMatchObject({ what: 'targetUtilizationPercent', got: `${targetUtilizationPercent}` });
  });
});

describe('on any metric', () => {
  test('of one series: it is what is tracked', () => {
    const queue = custom('Waiting', 60, 'Maximum');
    const tracking = trackingOf((fleet) => fleet.scaleOnMetric('Waiting', { metric: queue, target: 2.5 }));
    expect(tracking).toEqual({
      TargetValue: 2.5,
      DisableScaleIn: false,
      CustomizedMetricSpecification: {
        Metrics: [{ Id: 'trackedByFleet', MetricStat: customStat('Waiting', 60, 'Maximum') }],
      },
    });
  });

  test('of metric math: its last expression alone gives data', () => {
    const busy = new cloudwatch.MathExpression({
      expression: 'a + b',
      usingMetrics: { a: custom('A'), b: custom('B') },
    });
    const metric = new cloudwatch.MathExpression({
      expression: 'busy / slots',
      usingMetrics: { busy, slots: custom('Slots', 60, 'Average') },
    });
    expect(queriesOf((fleet) => fleet.scaleOnMetric('Busy', { metric, target: 0.7 }))).toEqual([
      { Id: 'a', MetricStat: customStat('A'), ReturnData: false },
      { Id: 'b', MetricStat: customStat('B'), ReturnData: false },
      { Id: 'busy', Expression: 'a + b', Period: 60, ReturnData: false },
      { Id: 'slots', MetricStat: customStat('Slots', 60, 'Average'), ReturnData: false },
      { Id: 'trackedByFleet', Expression: 'busy / slots', Period: 60, ReturnData: true },
    ]);
  });

  test.each([
    [10, undefined, 10],
    [30, undefined, 30],
    [60, undefined, 60],
    // CDK's own default, which Auto Scaling does not take.
    [300, undefined, 60],
    [300, 10, 10],
    [10, 60, 60],
  ])('published every %d s and evaluated every %s s: at %d s', (own, wanted, expected) => {
    const period = wanted ? Duration.seconds(wanted) : undefined;
    const [query] = queriesOf((fleet) => fleet.scaleOnMetric('Own', { metric: custom('A', own), target: 1, period }));
    expect(query.MetricStat.Period).toBe(expected);
  });

  test('with a unit and dimensions, of its own stack', () => {
    const metric = new cloudwatch.Metric({
      namespace: 'Chat',
      metricName: 'Busy',
      dimensionsMap: { Model: 'small' },
      unit: cloudwatch.Unit.PERCENT,
    });
    const [query] = queriesOf((fleet) => {
      fleet.scaleOnMetric('Busy', { metric: metric.attachTo(fleet), target: 60 });
    });
    expect(query.MetricStat).toMatchObject({
      Metric: { Dimensions: [{ Name: 'Model', Value: 'small' }] },
      Unit: 'Percent',
      Stat: 'Average',
    });
  });

  const math = (expression: string, usingMetrics: Record<string, cloudwatch.IMetric>) =>
    new cloudwatch.MathExpression({ expression, usingMetrics });

  test.each<[string, cloudwatch.IMetric, string]>([
    ['a search', math("SUM(SEARCH('{Chat,Model} Busy', 'Sum', 60))", {}), 'a search'],
    [
      'a search inside',
      math('a / 2', { a: new cloudwatch.SearchExpression({ expression: "SEARCH('{Chat} Busy', 'Sum')" }) }),
      'a search',
    ],
    ['another region', custom('A').with({ region: 'eu-west-1' }), 'A of eu-west-1'],
    ['another account', custom('A').with({ account: '210987654321' }), 'A of 210987654321'],
    [
      'nothing of high resolution',
      new cloudwatch.Metric({ namespace: 'AWS/SQS', metricName: 'A', period: Duration.seconds(10) }),
      'a period of 10 seconds with metrics of AWS/SQS only',
    ],
  ])('is refused for %s', (_, metric, got) => {
    const problems = problemsOf(() => existingFleet(newStack()).scaleOnMetric('Own', { metric, target: 1 }));
    expect(problems.map((problem) => [problem.what, problem.got])).toEqual([['metric', got]]);
  });

  test('may use one metric twice, and an AWS metric beside one of high resolution', () => {
    const metric = math('a / b', { a: custom('A', 10), b: math('a * 2', { a: custom('A', 10) }) });
    expect(queriesOf((fleet) => fleet.scaleOnMetric('Own', { metric, target: 1 }))).toHaveLength(3);
  });

  test('is refused at 10 seconds in GovCloud, and in one error with all else', () => {
    const fleet = existingFleet(newStack(inRegion('us-gov-west-1')));
    const error = errorOf(() =>
      fleet.scaleOnMetric('Own', {
        metric: custom('A').with({ region: 'eu-west-1' }),
        target: -1,
        period: Duration.seconds(10),
      }),
    );
    expect(error.where).toBe('Stack/Fleet/Own');
    expect(error.problems.map(({ what, got }) => `${what} ${got}`)).toEqual([
      'target -1',
      'metric A of eu-west-1',
      'metric a period of 10 seconds in us-gov-west-1',
    ]);
  });

  test.each([Duration.seconds(20), Duration.minutes(5), Duration.seconds(Token.asNumber({ Ref: 'Period' }))])(
    'is refused at a period of another length',
    (period) => {
      const fleet = existingFleet(newStack());
      const [problem] = problemsOf(() => fleet.scaleOnMetric('Own', { metric: custom('A'), target: 1, period }));
      expect([problem.what, problem.allowed]).toEqual(['period', '10, 30 or 60 seconds']);
    },
  );

  test('takes a target that is only known at deployment', () => {
    const target = Token.asNumber({ Ref: 'Target' });
    expect(trackingOf((fleet) => fleet.scaleOnMetric('Own', { metric: custom('A'), target })).TargetValue).toEqual({
      Ref: 'Target',
    });
  });
});

describe('on requests in flight', () => {
  const loadBalancer = (MetricName: string, Stat: string, targetGroup = false) => ({
    MetricStat: {
      Metric: {
        Namespace: 'AWS/ApplicationELB',
        MetricName,
        Dimensions: [
          { Name: 'LoadBalancer', Value: expect.anything() },
          ...(targetGroup ? [{ Name: 'TargetGroup', Value: expect.anything() }] : []),
        ],
      },
      Stat,
      Period: 60,
    },
    ReturnData: false,
  });

  test('behind an Application Load Balancer: rate times time, by instance', () => {
    const tracking = trackingOf((fleet) => fleet.scaleOnRequestsInFlight({ perInstance: 4 }));
    expect(tracking).toEqual({
      TargetValue: 4,
      DisableScaleIn: false,
      CustomizedMetricSpecification: {
        Metrics: [
          { Id: 'healthy', ...loadBalancer('HealthyHostCount', 'Average', true) },
          { Id: 'requests', ...loadBalancer('RequestCount', 'Sum') },
          { Id: 'seconds', ...loadBalancer('TargetResponseTime', 'Average', true) },
          INSTANCES,
          {
            Id: 'trackedByFleet',
            Expression: 'IF(healthy < 0, 0, FILL(requests, 0) / PERIOD(requests) * FILL(seconds, 0) / instances)',
            Period: 60,
            ReturnData: true,
          },
        ],
      },
    });
  });

  test('with the time of streamed answers, which the load balancer does not see', () => {
    const averageRequestTime = Duration.millis(12_500);
    const queries = queriesOf((fleet) => fleet.scaleOnRequestsInFlight({ perInstance: 4, averageRequestTime }));
    expect(queries.map(({ Id }) => Id)).toEqual(['healthy', 'requests', 'instances', 'trackedByFleet']);
    expect(queries[3].Expression).toBe('IF(healthy < 0, 0, FILL(requests, 0) / PERIOD(requests) * 12.5 / instances)');
  });

  test('behind a Network Load Balancer: open connections by instance', () => {
    const queries = queriesOf((fleet) => fleet.scaleOnRequestsInFlight({ perInstance: 4 }), {
      loadBalancing: FleetLoadBalancing.nlb(),
    });
    expect(queries.map(({ Id }) => Id)).toEqual(['healthy', 'connections', 'instances', 'trackedByFleet']);
    expect(queries[1].MetricStat).toMatchObject({
      Metric: { Namespace: 'AWS/NetworkELB', MetricName: 'ActiveFlowCount' },
      Stat: 'Average',
      Period: 60,
    });
    expect(queries[3].Expression).toBe('IF(healthy < 0, 0, FILL(connections, 0) / instances)');
  });

  test.each([
    ['without requests it is 0', { requests: [_, _], seconds: [_, _] }, [0, 0]],
    ['a minute that the load balancer has not published is unknown', { healthy: [2, _] }, [40, _]],
    ['a minute that the group has not published is unknown', { instances: [2, _] }, [40, _]],
    ['with no healthy instance it is what is refused', { healthy: [0, 0] }, [40, 40]],
  ])('%s', (_name, changed, expected) => {
    const queries = queriesOf((fleet) => fleet.scaleOnRequestsInFlight({ perInstance: 4 }));
    const minute = { healthy: [2, 2], requests: [480, 480], seconds: [10, 10], instances: [2, 2] };
    const options = { period: 60 };
    expect(oneSeries(queries.at(-1)!.Expression, { ...minute, ...changed }, options)).toEqual(expected);
  });

  test('is refused with every figure out of its range, once', () => {
    const options = { perInstance: 0, averageRequestTime: Duration.hours(2) };
    const problems = problemsOf(() => existingFleet(newStack()).scaleOnRequestsInFlight(options));
    expect(problems.map(({ what, got }) => [what, got])).toEqual([
      ['averageRequestTime', '2 hours'],
      ['perInstance', '0'],
    ]);
  });
});

describe('on tokens per second', () => {
  test('by instance, at ten seconds', () => {
    const queries = queriesOf((fleet) =>
      fleet.scaleOnTokensPerSecond({ tokens: custom('Tokens', 10), perInstance: 80, disableScaleIn: true }),
    );
    const instances = { ...INSTANCES, MetricStat: { ...INSTANCES.MetricStat, Period: 10 } };
    expect(queries).toEqual([
      { Id: 'tokens', MetricStat: customStat('Tokens', 10), ReturnData: false },
      instances,
      {
        Id: 'trackedByFleet',
        Expression: 'IF(tokens < 0, 0, tokens / PERIOD(tokens) / FILL(instances, REPEAT))',
        Period: 10,
        ReturnData: true,
      },
    ]);
    const series = { tokens: [800, 0, _], instances: [4, _, _] };
    expect(oneSeries(queries[2].Expression, series, { period: 10 })).toEqual([20, 0, _]);
  });

  test('is refused for an average, and for a target of zero', () => {
    const tokens = custom('Tokens', 60, 'Average');
    const problems = problemsOf(() => existingFleet(newStack()).scaleOnTokensPerSecond({ tokens, perInstance: 0 }));
    expect(problems.map(({ what, got }) => [what, got])).toEqual([
      ['tokens', 'the statistic Average'],
      ['perInstance', '0'],
    ]);
  });
});

describe('on the backlog of a queue', () => {
  const backlog = (options: { acceptableLatency: Duration; timePerMessage: Duration; slotsPerInstance?: number }) => {
    const stack = newStack();
    existingFleet(stack).scaleOnQueueBacklog({ queue: new sqs.Queue(stack, 'Work'), ...options });
    const policy = onlyResource(templateOf(stack), 'AWS::AutoScaling::ScalingPolicy')[1].Properties;
    return policy.TargetTrackingConfiguration;
  };

  test('has the queries of the AWS example', () => {
    const { CustomizedMetricSpecification } = backlog({
      acceptableLatency: Duration.seconds(10),
      timePerMessage: Duration.millis(100),
    });
    expect(CustomizedMetricSpecification.Metrics).toEqual([
      {
        Id: 'messages',
        MetricStat: {
          Metric: {
            Namespace: 'AWS/SQS',
            MetricName: 'ApproximateNumberOfMessagesVisible',
            Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [expect.stringMatching(/^Work/), 'QueueName'] } }],
          },
          Stat: 'Sum',
          Period: 60,
        },
        ReturnData: false,
      },
      INSTANCES,
      {
        Id: 'trackedByFleet',
        Expression: 'IF(messages < 0, 0, messages / instances)',
        Period: 60,
        ReturnData: true,
      },
    ]);
    const series = { messages: [90, 0, 30, _], instances: [3, 3, 0, 3] };
    expect(oneSeries(CustomizedMetricSpecification.Metrics[2].Expression, series)).toEqual([30, 0, _, _]);
  });

  test.each([
    // https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-using-sqs-queue.html: 10 s at 0.1 s each are 100 messages.
    [10_000, 100, undefined, 100],
    [60_000, 90_000, undefined, 2 / 3],
    [60_000, 30_000, 16, 32],
  ])(
    'an acceptable latency of %d ms at %d ms each with %s slots is a backlog of %d',
    (latency, time, slots, target) => {
      const { TargetValue } = backlog({
        acceptableLatency: Duration.millis(latency),
        timePerMessage: Duration.millis(time),
        slotsPerInstance: slots,
      });
      expect(TargetValue).toBeCloseTo(target, 10);
    },
  );

  test('is refused with every figure out of its range', () => {
    const options = {
      acceptableLatency: Duration.days(15),
      timePerMessage: Duration.millis(0),
      slotsPerInstance: 0,
    };
    expect(problemsOf(() => backlog(options)).map(({ what, got }) => [what, got])).toEqual([
      ['acceptableLatency', '15 days'],
      ['timePerMessage', '0 millis'],
      ['slotsPerInstance', '0'],
    ]);
  });
});
