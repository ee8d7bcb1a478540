import { Duration, Stack } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  FleetCapacity,
  FleetDrain,
  InferenceFleet,
  InferenceFleetProps,
  InferenceRuntime,
  InstanceLifecycle,
  SpotNotice,
  WorkerFleetProps,
} from '../../../lib';
import { warningsOf } from '../../support/annotations';
import { acceptedOf } from '../../support/any-fleet';
import { problemsOf } from '../../support/config-error';
import { existingFleet, existingImage, newApp, newStack } from '../../support/fleet-app';
import { modelInBucket } from '../../support/model-app';
import { cutRequests, deregistrationDelay, requestLimitsOf } from '../../support/request-limits';
import { useSilentWarnings } from '../../support/silent-warnings';
import { findings } from '../../support/strict-validation';
import { templateOf } from '../../support/template';
import { workerFleet } from '../../support/worker-app';

useSilentWarnings();

const spot = FleetCapacity.spotFirst({ instanceTypes: ['m9g.4xlarge', 'm8g.4xlarge'] });

function imageIn(stack: Stack, requestTimeout?: Duration) {
  const runtime = InferenceRuntime.builtIn({ model: modelInBucket(stack), contextLength: 8192, requestTimeout });
  return existingImage({ runtime });
}

interface Limited extends Partial<InferenceFleetProps> {
  readonly requestTimeout?: Duration;
}

function servedFleet({ requestTimeout, ...props }: Limited = {}, stack = newStack()): InferenceFleet {
  return existingFleet(stack, { image: imageIn(stack, requestTimeout), ...props });
}

const within = (seconds: number, spotNotice?: SpotNotice): InstanceLifecycle => ({
  drain: FleetDrain.within(Duration.seconds(seconds), { spotNotice }),
});

describe('what the built-in server accepts and what the fleet waits for are one figure', () => {
  test.each<[string, Limited, { request: number; agentDrain: number }]>([
    ['nothing is said', {}, { request: 600, agentDrain: 610 }],
    ['nothing is said, and there may be interruptions', { capacity: spot }, { request: 110, agentDrain: 120 }],
    ['a drain', { lifecycle: within(45) }, { request: 45, agentDrain: 55 }],
    [
      'generations',
      {
        lifecycle: { drain: FleetDrain.forGenerations({ maxTokens: 4096, timePerToken: Duration.millis(50) }) },
      },
      { request: 205, agentDrain: 215 },
    ],
    [
      'a drain that an interruption may cut',
      { capacity: spot, lifecycle: within(300, SpotNotice.MAY_CUT) },
      { request: 300, agentDrain: 310 },
    ],
    ['a time-out', { requestTimeout: Duration.minutes(20) }, { request: 1200, agentDrain: 1210 }],
    [
      'a short time-out on Spot',
      { requestTimeout: Duration.seconds(30), capacity: spot },
      { request: 30, agentDrain: 40 },
    ],
    [
      'a time-out below the drain',
      { requestTimeout: Duration.seconds(60), lifecycle: within(90) },
      { request: 60, agentDrain: 100 },
    ],
  ])('%s', (_, props, expected) => {
    const fleet = servedFleet(props);
    expect(requestLimitsOf(fleet)).toMatchObject(expected);
    expect(cutRequests(fleet, deregistrationDelay(templateOf(Stack.of(fleet))))).toEqual([]);
  });

  test('and a default fleet has no findings', () => {
    const app = newApp();
    const stack = newStack(undefined, app);
    servedFleet({}, stack);
    expect(warningsOf(app)).toEqual([]);
    expect(findings(templateOf(stack), 'us-east-1')).toEqual([]);
  });

  test('but of workers, whose jobs are handed back', () => {
    const stack = newStack();
    const props: Partial<WorkerFleetProps> = { image: imageIn(stack) };
    expect(workerFleet(props, stack).userData.render()).not.toContain('INFERENCE_REQUEST_SECONDS');
  });
});

describe('a fleet is refused whose instances would cut what their server accepts', () => {
  const FOUND = ({ what, got }: { what: string; got: string }) => [what, got];
  const problemsWith = (props: Limited) => problemsOf(() => servedFleet(props)).map(FOUND);

  test('because they wait for less', () => {
    expect(problemsWith({ requestTimeout: Duration.minutes(5), lifecycle: within(299) })).toEqual([
      ['lifecycle.drain', 'a longest request of 4 minutes 59 seconds for a server whose requestTimeout is 5 minutes'],
    ]);
    expect(() => servedFleet({ requestTimeout: Duration.minutes(5), lifecycle: within(300) })).not.toThrow();
  });

  test('because an interruption does not wait, naming the figure that was given', () => {
    expect(problemsWith({ requestTimeout: Duration.seconds(111), capacity: spot })).toEqual([
      ['image.runtime.requestTimeout', 'a longest request of 1 minute 51 seconds on Spot instances'],
    ]);
    expect(problemsWith({ lifecycle: within(111), capacity: spot })[0][0]).toBe('lifecycle.drain');
  });

  test('because no load balancer waits that long', () => {
    expect(problemsWith({ requestTimeout: Duration.hours(1) })).toEqual([
      ['image.runtime.requestTimeout', 'a longest request of 1 hour'],
    ]);
  });
});

test('no fleet that is accepted cuts a request that its server accepted', () => {
  const seconds = (most: number) => fc.option(fc.integer({ min: 1, max: most }), { nil: undefined });
  const anyLimits = fc.record({
    timeout: fc.oneof(seconds(200), seconds(4000)),
    drain: fc.oneof(seconds(200), seconds(4000)),
    notice: fc.constantFrom(SpotNotice.MUST_SUFFICE, SpotNotice.MAY_CUT),
    usesSpot: fc.boolean(),
  });
  let accepted = 0;
  let refused = 0;
  fc.assert(
    fc.property(anyLimits, ({ timeout, drain, notice, usesSpot }) => {
      const fleet = acceptedOf(() =>
        servedFleet({
          requestTimeout: timeout === undefined ? undefined : Duration.seconds(timeout),
          lifecycle: drain === undefined ? {} : within(drain, notice),
          ...(usesSpot && { capacity: spot }),
        }),
      );
      if (fleet === undefined) {
        refused += 1;
        return;
      }
      accepted += 1;
      expect(cutRequests(fleet, deregistrationDelay(templateOf(Stack.of(fleet))))).toEqual([]);
    }),
    { numRuns: 60, endOnFailure: true },
  );
  expect(accepted).toBeGreaterThan(10);
  expect(refused).toBeGreaterThan(5);
});
