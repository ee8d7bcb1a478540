import { Duration, Token } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-autoscaling';
import { describe, expect, test } from 'vitest';
import {
  ColdStart,
  FleetCapacity,
  FleetLoadBalancing,
  FleetSize,
  InferenceFleet,
  InferenceFleetProps,
  PredictiveLoad,
  PredictiveScalingMode,
} from '../../../lib';
import { problemsOf } from '../../support/config-error';
import { existingFleet, newStack } from '../../support/fleet-app';
import { Json, onlyResource, templateOf } from '../../support/template';

const FOUND = ({ what, got }: { what: string; got: string }) => [what, got];

function resourceOf(
  type: string,
  scale: (fleet: InferenceFleet) => void,
  props: Partial<InferenceFleetProps> = {},
): Json {
  const stack = newStack();
  scale(existingFleet(stack, props));
  return onlyResource(templateOf(stack), `AWS::AutoScaling::${type}`)[1].Properties;
}

describe('a schedule', () => {
  const schedule = Schedule.cron({ hour: '7', minute: '30', weekDay: 'MON-FRI' });

  test('sets bounds in a time zone', () => {
    const action = resourceOf('ScheduledAction', (fleet) =>
      fleet.scaleOnSchedule('Morning', { schedule, minInstances: 4, maxInstances: 9, timeZone: 'Europe/Berlin' }),
    );
    expect(action).toEqual({
      AutoScalingGroupName: { Ref: expect.stringMatching(/^FleetGroupASG/) },
      Recurrence: '30 7 * * MON-FRI',
      TimeZone: 'Europe/Berlin',
      MinSize: 4,
      MaxSize: 9,
    });
  });

  test('counts instances of the first type where the group counts vCPUs, which must be known for that', () => {
    const size = FleetSize.vcpus({ min: 32, max: 192 });
    const capacity = FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge', 'm9g.8xlarge'], size });
    const bounds = { schedule, minInstances: 4, maxInstances: 9 };
    const scale = (fleet: InferenceFleet) => fleet.scaleOnSchedule('Morning', bounds);
    const { MinSize, MaxSize } = resourceOf('ScheduledAction', scale, { capacity });
    expect([MinSize, MaxSize]).toEqual([64, 144]);
    const unknown = { ...bounds, minInstances: Token.asNumber({ Ref: 'Least' }) };
    const refuse = () => existingFleet(newStack(), { capacity }).scaleOnSchedule('Later', unknown);
    expect(problemsOf(refuse).map(FOUND)).toEqual([['minInstances', 'a value that is only known at deployment']]);
  });

  test('leaves alone what it does not set', () => {
    const scale = (fleet: InferenceFleet) => fleet.scaleOnSchedule('Evening', { schedule, minInstances: 0 });
    const { MinSize, MaxSize } = resourceOf('ScheduledAction', scale);
    expect([MinSize, MaxSize]).toEqual([0, undefined]);
  });

  test.each([
    [{}, ['minInstances', 'no bound']],
    [{ minInstances: 5, maxInstances: 4 }, ['minInstances', '5']],
    [{ minInstances: -1 }, ['minInstances', '-1']],
    [{ maxInstances: 1.5 }, ['maxInstances', '1.5']],
  ])('is refused with %j', (bounds, expected) => {
    const fleet = existingFleet(newStack());
    expect(problemsOf(() => fleet.scaleOnSchedule('Odd', { schedule, ...bounds })).map(FOUND)).toEqual([expected]);
  });

  test('takes bounds that are only known at deployment', () => {
    const minInstances = Token.asNumber({ Ref: 'Least' });
    const scale = (fleet: InferenceFleet) =>
      fleet.scaleOnSchedule('Later', { schedule, minInstances, maxInstances: 1 });
    expect(resourceOf('ScheduledAction', scale).MinSize).toEqual({ Ref: 'Least' });
  });
});

describe('a forecast', () => {
  const policyOf = (scale: (fleet: InferenceFleet) => void, props?: Partial<InferenceFleetProps>) =>
    resourceOf('ScalingPolicy', scale, props).PredictiveScalingConfiguration;

  test('is only drawn until its mode says otherwise, and starts a cold start ahead', () => {
    const lifecycle = { coldStart: ColdStart.measured(Duration.seconds(200)) };
    expect(policyOf((fleet) => fleet.scalePredictively(), { lifecycle })).toEqual({
      Mode: 'ForecastOnly',
      SchedulingBufferTime: 200,
      MaxCapacityBreachBehavior: 'HonorMaxCapacity',
      MetricSpecifications: [
        { TargetValue: 60, PredefinedMetricPairSpecification: { PredefinedMetricType: 'ASGCPUUtilization' } },
      ],
    });
  });

  test('of requests names the target group by the load balancer that it is attached to', () => {
    const { Mode, MetricSpecifications } = policyOf((fleet) =>
      fleet.scalePredictively({
        load: PredictiveLoad.requests(90),
        mode: PredictiveScalingMode.FORECAST_AND_SCALE,
      }),
    );
    const [{ TargetValue, PredefinedMetricPairSpecification: pair }] = MetricSpecifications;
    expect([Mode, TargetValue, pair.PredefinedMetricType]).toEqual(['ForecastAndScale', 90, 'ALBRequestCount']);
    const [separator, parts] = pair.ResourceLabel['Fn::Join'];
    expect(separator).toBe('');
    expect(JSON.stringify(parts)).toContain('FleetLoadBalancerListener');
    expect(parts.at(-1)).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^FleetTargets/), 'TargetGroupFullName'] });
  });

  test('of requests is refused behind a Network Load Balancer, and a cold start of an hour always', () => {
    const lifecycle = { coldStart: ColdStart.measured(Duration.hours(1)) };
    const fleet = existingFleet(newStack(), { loadBalancing: FleetLoadBalancing.nlb(), lifecycle });
    const problems = problemsOf(() => fleet.scalePredictively({ load: PredictiveLoad.requests(1) }));
    expect(problems.map(FOUND)).toEqual([
      ['coldStart', '1 hour'],
      ['load', 'requests'],
    ]);
  });

  test('has loads with ranges', () => {
    expect(problemsOf(() => PredictiveLoad.cpuUtilization(101)).map(FOUND)).toEqual([['percent', '101']]);
    expect(problemsOf(() => PredictiveLoad.requests(0)).map(FOUND)).toEqual([['perInstance', '0']]);
  });
});
