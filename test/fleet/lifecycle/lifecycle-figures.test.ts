import { Duration, Token } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ColdStart,
  FleetCapacity,
  FleetConfigError,
  FleetDrain,
  FleetRollout,
  InferenceFleetProps,
  InstanceLifecycle,
  SpotNotice,
} from '../../../lib';
import { warningsOf } from '../../support/annotations';
import { problemsOf } from '../../support/config-error';
import { existingFleet, newApp, newStack } from '../../support/fleet-app';
import { useSilentWarnings } from '../../support/silent-warnings';
import { Json, onlyResource, templateOf } from '../../support/template';

useSilentWarnings();

const FOUND = ({ what, got }: { what: string; got: string }) => [what, got];
const spot = FleetCapacity.spotFirst({ instanceTypes: ['m9g.4xlarge', 'm8g.4xlarge'] });
const onDemand = FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'] });

interface Timers {
  readonly warmup: number;
  readonly grace: number;
  readonly deregistration: number;
  readonly termination: number;
}

function timersOf(props: Partial<InferenceFleetProps>): Timers {
  const stack = newStack();
  existingFleet(stack, props);
  const template = templateOf(stack);
  const group = onlyResource(template, 'AWS::AutoScaling::AutoScalingGroup')[1].Properties;
  const targets = onlyResource(template, 'AWS::ElasticLoadBalancingV2::TargetGroup')[1].Properties;
  const delay = targets.TargetGroupAttributes.find(({ Key }: Json) => Key === 'deregistration_delay.timeout_seconds');
  const hook = group.LifecycleHookSpecificationList.find(
    ({ LifecycleHookName }: Json) => LifecycleHookName === 'drain',
  );
  return {
    warmup: group.DefaultInstanceWarmup,
    grace: group.HealthCheckGracePeriod,
    deregistration: Number(delay.Value),
    termination: hook.HeartbeatTimeout,
  };
}

describe('every time-out follows from the lifecycle', () => {
  test.each<[string, InstanceLifecycle, Timers]>([
    ['nothing is said', {}, { warmup: 300, grace: 450, deregistration: 120, termination: 150 }],
    [
      'phases',
      {
        coldStart: ColdStart.of({
          boot: Duration.seconds(30),
          weights: Duration.seconds(45),
          warmUp: Duration.millis(500),
        }),
      },
      { warmup: 76, grace: 114, deregistration: 120, termination: 150 },
    ],
    [
      'a measured start and generations',
      {
        coldStart: ColdStart.measured(Duration.minutes(10)),
        drain: FleetDrain.forGenerations({
          maxTokens: 4096,
          timePerToken: Duration.millis(45),
          timeToFirstToken: Duration.seconds(8),
        }),
      },
      // 8 s + 4096 * 0.045 s = 192.32 s
      { warmup: 600, grace: 900, deregistration: 203, termination: 233 },
    ],
    [
      'the longest that is possible behind a load balancer',
      { drain: FleetDrain.within(Duration.seconds(3590)), healthCheckGracePeriod: Duration.minutes(5) },
      { warmup: 300, grace: 300, deregistration: 3600, termination: 3630 },
    ],
    [
      'the shortest',
      { coldStart: ColdStart.measured(Duration.seconds(1)), drain: FleetDrain.within(Duration.seconds(1)) },
      { warmup: 1, grace: 2, deregistration: 11, termination: 41 },
    ],
  ])('%s', (_, lifecycle, expected) => {
    expect(timersOf({ lifecycle })).toEqual(expected);
  });
});

/** Whether AWS takes the timers, and each outlasts what it waits for. */
function contradictions(timers: Timers, longest: number, coldStart: number, usesSpot: boolean): string[] {
  const { warmup, grace, deregistration, termination } = timers;
  const rules: Record<string, boolean> = {
    'metrics count before the cold start is over': warmup < coldStart,
    'instances are replaced while they load': grace < coldStart || grace < warmup,
    'the load balancer cuts the longest request': deregistration <= longest,
    'the hook ends before the load balancer is done': termination <= deregistration,
    'Elastic Load Balancing refuses the delay': deregistration > 3600,
    'Auto Scaling refuses the heartbeat': termination < 30 || termination > 7200,
    'a Spot interruption cuts the longest request': usesSpot && longest + 10 > 120,
    'a time-out is no whole number': ![warmup, grace, deregistration, termination].every(Number.isInteger),
  };
  return Object.keys(rules).filter((rule) => rules[rule]);
}

test('any lifecycle that is accepted has time-outs that suit each other', () => {
  const seconds = (most: number) => fc.integer({ min: 0, max: most * 1000 }).map((millis) => Duration.millis(millis));
  const anyLifecycle = fc.record({
    boot: seconds(600),
    weights: fc.oneof(seconds(1200), seconds(8000)),
    warmUp: seconds(120),
    maxTokens: fc.integer({ min: 1, max: 40_000 }),
    millisPerToken: fc.integer({ min: 1, max: 100 }),
    grace: fc.option(seconds(3000), { nil: undefined }),
    spot: fc.boolean(),
  });
  let accepted = 0;
  let refused = 0;
  fc.assert(
    fc.property(anyLifecycle, (input) => {
      try {
        const { boot, weights, warmUp, maxTokens, millisPerToken } = input;
        const coldStart = ColdStart.of({ boot, weights, warmUp });
        const drain = FleetDrain.forGenerations({ maxTokens, timePerToken: Duration.millis(millisPerToken) });
        const timers = timersOf({
          capacity: input.spot ? spot : onDemand,
          lifecycle: { coldStart, drain, healthCheckGracePeriod: input.grace },
        });
        const startSeconds = (boot.toMilliseconds() + weights.toMilliseconds() + warmUp.toMilliseconds()) / 1000;
        expect(contradictions(timers, (maxTokens * millisPerToken) / 1000, startSeconds, input.spot)).toEqual([]);
        accepted += 1;
      } catch (error) {
        if (!(error instanceof FleetConfigError)) {
          throw error;
        }
        refused += 1;
      }
    }),
    { numRuns: 60, endOnFailure: true },
  );
  expect(accepted).toBeGreaterThan(2);
  expect(refused).toBeGreaterThan(5);
});

test('the judge of time-outs finds each contradiction', () => {
  const timers = { warmup: 300, grace: 450, deregistration: 120, termination: 150 };
  expect(contradictions(timers, 110, 300, true)).toEqual([]);
  expect(contradictions(timers, 111, 300, true)).toEqual(['a Spot interruption cuts the longest request']);
  expect(contradictions({ ...timers, grace: 299, termination: 7201 }, 120, 301, false)).toEqual([
    'metrics count before the cold start is over',
    'instances are replaced while they load',
    'the load balancer cuts the longest request',
    'Auto Scaling refuses the heartbeat',
  ]);
});

describe('figures are refused', () => {
  const later = Duration.seconds(Token.asNumber({ Ref: 'Time' }));

  test.each<[string, () => unknown, string[][]]>([
    [
      'phases out of range, or only known at deployment',
      () => ColdStart.of({ boot: Duration.hours(3), weights: later }),
      [
        ['boot', '3 hours'],
        ['weights', 'a time that is only known at deployment'],
      ],
    ],
    ['a start in no time', () => ColdStart.measured(Duration.seconds(0)), [['total', '0 seconds']]],
    [
      'phases that are too long together',
      () => ColdStart.of({ boot: Duration.hours(1), weights: Duration.hours(1) }),
      [['total', '2 hours 1 minute']],
    ],
    ['a request of days', () => FleetDrain.within(Duration.days(3)), [['longestRequest', '3 days']]],
    [
      'generations without figures',
      () => FleetDrain.forGenerations({ maxTokens: 0, timePerToken: Duration.minutes(2) }),
      [
        ['maxTokens', '0'],
        ['timePerToken', '2 minutes'],
      ],
    ],
    [
      'generations of a number that is only known at deployment',
      () => FleetDrain.forGenerations({ maxTokens: Token.asNumber({ Ref: 'A' }), timePerToken: Duration.millis(9) }),
      [['maxTokens', 'a number that is only known at deployment']],
    ],
    [
      'generations of days',
      () => FleetDrain.forGenerations({ maxTokens: 10_000_000, timePerToken: Duration.seconds(1) }),
      [['maxTokens x timePerToken', '115 days 17 hours']],
    ],
  ])('%s', (_, action, expected) => {
    expect(problemsOf(action).map(FOUND)).toEqual(expected);
  });
});

describe('a fleet is refused', () => {
  const problemsWith = (lifecycle: InstanceLifecycle, capacity = onDemand) =>
    problemsOf(() => existingFleet(newStack(), { lifecycle, capacity }));

  test('with a grace period below its cold start', () => {
    const [problem] = problemsWith({ healthCheckGracePeriod: Duration.seconds(299) });
    expect(FOUND(problem)).toEqual(['lifecycle.healthCheckGracePeriod', '4 minutes 59 seconds']);
    expect(problem.allowed).toBe('at least the cold start (5 minutes)');
  });

  test('with requests that outlast the deregistration delay', () => {
    const problems = problemsWith({ drain: FleetDrain.within(Duration.seconds(3591)) });
    expect(problems.map(FOUND)).toEqual([['lifecycle.drain', 'a longest request of 59 minutes 51 seconds']]);
  });

  test('with requests that outlast the notice of a Spot interruption, and told how many tokens fit', () => {
    const limits = { timePerToken: Duration.millis(50), timeToFirstToken: Duration.seconds(10) };
    const [problem, ...more] = problemsWith({ drain: FleetDrain.forGenerations({ ...limits, maxTokens: 2001 }) }, spot);
    expect(more).toEqual([]);
    expect(FOUND(problem)).toEqual(['lifecycle.drain', 'a longest request of 1 minute 51 seconds on Spot instances']);
    expect(problem.fix).toContain('limit answers to 2000 tokens');
    const fits = FleetDrain.forGenerations({ ...limits, maxTokens: 2000 });
    expect(() => existingFleet(newStack(), { capacity: spot, lifecycle: { drain: fits } })).not.toThrow();
  });

  test('when not even a prompt fits into the notice', () => {
    const drain = FleetDrain.forGenerations({
      maxTokens: 1,
      timePerToken: Duration.millis(50),
      timeToFirstToken: Duration.minutes(2),
    });
    expect(problemsWith({ drain }, spot)[0].fix).toContain('limit prompts');
  });
});

describe('a fleet is accepted with a warning', () => {
  function warningsWith(props: Partial<InferenceFleetProps>): string[] {
    const app = newApp();
    existingFleet(newStack(undefined, app), props);
    return warningsOf(app);
  }

  test('or with none when nothing is odd', () => {
    expect(warningsWith({ capacity: spot })).toEqual([]);
  });

  test('when an interruption may cut requests', () => {
    const drain = FleetDrain.within(Duration.minutes(5), { spotNotice: SpotNotice.MAY_CUT });
    expect(warningsWith({ capacity: spot, lifecycle: { drain } })).toEqual(['spotCutsRequests']);
    expect(warningsWith({ capacity: onDemand, lifecycle: { drain } })).toEqual([]);
  });

  test('when a roll-out is not watched for as long as an instance starts', () => {
    const short = FleetRollout.canary({ canaryTime: Duration.seconds(299), bakeTime: Duration.seconds(299) });
    expect(warningsWith({ rollout: short })).toEqual(['shortCanary', 'shortBake']);
    const long = FleetRollout.canary({ canaryTime: Duration.minutes(5), bakeTime: Duration.minutes(5) });
    expect(warningsWith({ rollout: long })).toEqual([]);
    const slow = { coldStart: ColdStart.measured(Duration.minutes(20)) };
    expect(warningsWith({ rollout: short, lifecycle: slow })).toEqual(['shortCanary', 'shortBake']);
    expect(warningsWith({ rollout: FleetRollout.canary(), lifecycle: slow })).toEqual([]);
    expect(warningsWith({ lifecycle: slow })).toEqual([]);
  });

  test('when its targets may be more than AWS allows by default', () => {
    const capacity = (maxInstances: number) => FleetCapacity.onDemand({ instanceTypes: ['m9g.large'], maxInstances });
    // A roll-out has a tenth more.
    expect(warningsWith({ capacity: capacity(909) })).toEqual([]);
    expect(warningsWith({ capacity: capacity(910) })).toEqual(['targetQuota']);
  });
});
