import { Duration, Stack } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ColdStart,
  CrossZone,
  FleetCapacity,
  FleetDrain,
  FleetLoadBalancing,
  InferenceFleet,
  InferenceRuntime,
  InstanceLifecycle,
  SpotNotice,
  WarmPool,
} from '../../lib';
import {
  acceptedOf,
  anyRegion,
  anyRollout,
  faultsOf,
  mostly,
  optional,
  rolloutOf,
  RUNS,
  seconds,
  typesIn,
} from '../support/any-fleet';
import { CERTIFICATE_ARN, existingFleet, existingImage, inRegion, newStack } from '../support/fleet-app';
import { modelInBucket } from '../support/model-app';
import { cutRequests, deregistrationDelay } from '../support/request-limits';
import { useSilentWarnings } from '../support/silent-warnings';
import { templateOf } from '../support/template';

useSilentWarnings();

const anyLifecycle: fc.Arbitrary<InstanceLifecycle> = fc.record(
  {
    coldStart: seconds(1, 2000).map((total) => ColdStart.measured(total)),
    drain: fc
      .tuple(mostly(seconds(1, 110), seconds(111, 4000)), fc.constantFrom(SpotNotice.MUST_SUFFICE, SpotNotice.MAY_CUT))
      .map(([longest, spotNotice]) => FleetDrain.within(longest, { spotNotice })),
    warmPool: fc
      .tuple(
        fc.constantFrom<'stopped' | 'hibernated' | 'running'>('stopped', 'hibernated', 'running'),
        fc.record(
          {
            minInstances: fc.nat(5),
            maxPreparedInstances: mostly(fc.integer({ min: 4, max: 10 }), fc.integer({ min: 1, max: 3 })),
            reuseOnScaleIn: fc.boolean(),
          },
          { requiredKeys: [] },
        ),
      )
      .map(([state, options]) => WarmPool[state](options)),
    healthCheckGracePeriod: mostly(seconds(2000, 4000), seconds(1, 2000)),
  },
  { requiredKeys: [] },
);

const anyBalancing = fc.record({
  kind: fc.constantFrom('alb', 'nlb'),
  tls: fc.boolean(),
  idleTimeout: mostly<Duration | undefined>(fc.constant(undefined), seconds(30, 5000)),
  crossZone: optional(fc.constantFrom(CrossZone.ON, CrossZone.OFF)),
});

const anyScaling = fc.record({
  inFlight: optional(mostly(fc.double({ min: 0.1, max: 64, noNaN: true }), fc.constantFrom(0, -1, NaN))),
  inFlightBySlots: fc.boolean(),
  tokensPeriod: optional(fc.constantFrom(10, 30, 60, 300)),
  backlog: optional(seconds(1, 600)),
  predictive: fc.boolean(),
  wake: fc.constantFrom('none', 'queue', 'requests'),
});

const wholeSeconds = (least: number, most: number) =>
  fc.integer({ min: least, max: most }).map((count) => Duration.seconds(count));

const anyFleet = fc.record({
  region: anyRegion,
  spot: fc.boolean(),
  slotsPerProcess: optional(fc.integer({ min: 1, max: 64 })),
  server: optional(fc.record({ requestTimeout: optional(mostly(wholeSeconds(1, 100), wholeSeconds(1, 4000))) })),
  minInstances: fc.nat(3),
  lifecycle: anyLifecycle,
  balancing: anyBalancing,
  scaling: anyScaling,
  rollout: anyRollout({ behindLoadBalancer: true }),
});

type AnyFleet = typeof anyFleet extends fc.Arbitrary<infer T> ? T : never;

function loadBalancing(stack: Stack, { kind, tls, idleTimeout, crossZone }: AnyFleet['balancing']): FleetLoadBalancing {
  const certificate = tls ? acm.Certificate.fromCertificateArn(stack, 'Certificate', CERTIFICATE_ARN) : undefined;
  const options = { certificate, idleTimeout, crossZone };
  return kind === 'alb' ? FleetLoadBalancing.alb(options) : FleetLoadBalancing.nlb(options);
}

function scale(stack: Stack, fleet: InferenceFleet, scaling: AnyFleet['scaling']): void {
  const queue = new sqs.Queue(stack, 'Work');
  const { inFlight, inFlightBySlots, tokensPeriod, backlog, predictive, wake } = scaling;
  if (inFlight !== undefined) {
    fleet.scaleOnRequestsInFlight({ perInstance: inFlight });
  } else if (inFlightBySlots) {
    fleet.scaleOnRequestsInFlight();
  }
  if (tokensPeriod !== undefined) {
    const period = Duration.seconds(tokensPeriod);
    const tokens = new cloudwatch.Metric({ namespace: 'Chat', metricName: 'Tokens', statistic: 'Sum', period });
    fleet.scaleOnTokensPerSecond({ tokens, perInstance: 50 });
  }
  if (backlog !== undefined) {
    fleet.scaleOnQueueBacklog({ queue, acceptableLatency: backlog, timePerMessage: Duration.seconds(3) });
  }
  if (predictive) {
    fleet.scalePredictively();
  }
  if (wake === 'queue') {
    fleet.wakeOnQueue({ queue });
  } else if (wake === 'requests') {
    fleet.wakeOnRequests();
  }
}

/** The server of this library, of a model whose size nobody has said, or another one. */
function runtimeIn(stack: Stack, { server, slotsPerProcess }: AnyFleet): InferenceRuntime {
  return server === undefined
    ? InferenceRuntime.container({ image: 'server', slotsPerProcess })
    : InferenceRuntime.builtIn({ model: modelInBucket(stack, {}), slots: slotsPerProcess, ...server });
}

/** @throws FleetConfigError when it is refused */
function makeFleet(stack: Stack, props: AnyFleet): InferenceFleet {
  const { region, spot, minInstances, lifecycle, balancing, scaling, rollout } = props;
  const options = { instanceTypes: typesIn(region), minInstances, maxInstances: 9 };
  const fleet = existingFleet(stack, {
    image: existingImage({ runtime: runtimeIn(stack, props) }),
    capacity: spot ? FleetCapacity.spotFirst(options) : FleetCapacity.onDemand(options),
    lifecycle,
    loadBalancing: loadBalancing(stack, balancing),
    rollout: rolloutOf(rollout),
  });
  scale(stack, fleet, scaling);
  return fleet;
}

test(
  'any fleet with any load balancer, lifecycle, roll-out and policies passes strict validation, or is refused',
  { timeout: 1_200_000 },
  async (context) => {
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(anyFleet, (props) => {
        const { region } = props;
        const stack = newStack(inRegion(region));
        const fleet = acceptedOf(() => makeFleet(stack, props));
        if (fleet === undefined) {
          refused += 1;
          return;
        }
        const template = templateOf(stack);
        expect(faultsOf(template, region)).toEqual([]);
        expect(cutRequests(fleet, deregistrationDelay(template))).toEqual([]);
        accepted += 1;
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    await context.annotate(`${accepted} accepted, ${refused} refused`);
    expect(accepted).toBeGreaterThan(RUNS / 4);
    expect(refused).toBeGreaterThan(0);
  },
);
