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
  FleetConfigError,
  FleetDrain,
  FleetLoadBalancing,
  InferenceFleet,
  InstanceLifecycle,
  SpotNotice,
  WarmPool,
} from '../../lib';
import { CERTIFICATE_ARN, existingFleet, inRegion, newStack } from '../support/fleet-app';
import { violations } from '../support/security-invariants';
import { useSilentWarnings } from '../support/silent-warnings';
import { findings } from '../support/strict-validation';
import { onlyResource, templateOf } from '../support/template';

useSilentWarnings();

const RUNS = Number(process.env.FLEET_PROPERTY_RUNS ?? 40);

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const seconds = (least: number, most: number) =>
  fc.integer({ min: least * 10, max: most * 10 }).map((tenths) => Duration.millis(tenths * 100));

/** Mostly a value that suits all others, and seldom one that may not. */
const mostly = <T>(good: fc.Arbitrary<T>, any: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 14, arbitrary: good }, { weight: 1, arbitrary: any });

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
  tokensPeriod: optional(fc.constantFrom(10, 30, 60, 300)),
  backlog: optional(seconds(1, 600)),
  predictive: fc.boolean(),
  wake: fc.constantFrom('none', 'queue', 'requests'),
});

const anyFleet = fc.record({
  region: fc.constantFrom('us-east-1', 'eu-central-1', 'ap-southeast-2', 'us-gov-west-1'),
  spot: fc.boolean(),
  minInstances: fc.nat(3),
  lifecycle: anyLifecycle,
  balancing: anyBalancing,
  scaling: anyScaling,
});

type AnyFleet = typeof anyFleet extends fc.Arbitrary<infer T> ? T : never;

function loadBalancing(stack: Stack, { kind, tls, idleTimeout, crossZone }: AnyFleet['balancing']): FleetLoadBalancing {
  const certificate = tls ? acm.Certificate.fromCertificateArn(stack, 'Certificate', CERTIFICATE_ARN) : undefined;
  const options = { certificate, idleTimeout, crossZone };
  return kind === 'alb' ? FleetLoadBalancing.alb(options) : FleetLoadBalancing.nlb(options);
}

function scale(stack: Stack, fleet: InferenceFleet, scaling: AnyFleet['scaling']): void {
  const queue = new sqs.Queue(stack, 'Work');
  const { inFlight, tokensPeriod, backlog, predictive, wake } = scaling;
  if (inFlight !== undefined) {
    fleet.scaleOnRequestsInFlight({ perInstance: inFlight });
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

test(
  'any fleet with any load balancer, lifecycle and policies passes strict validation, or is refused',
  { timeout: 240_000 },
  async (context) => {
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(anyFleet, ({ region, spot, minInstances, lifecycle, balancing, scaling }) => {
        const instanceTypes = region === 'us-gov-west-1' ? ['m7g.large'] : ['m9g.large', 'm8g.large'];
        const options = { instanceTypes, minInstances, maxInstances: 9 };
        const capacity = spot ? FleetCapacity.spotFirst(options) : FleetCapacity.onDemand(options);
        const stack = newStack(inRegion(region));
        try {
          const fleet = existingFleet(stack, { capacity, lifecycle, loadBalancing: loadBalancing(stack, balancing) });
          scale(stack, fleet, scaling);
        } catch (error) {
          if (!(error instanceof FleetConfigError)) {
            throw error;
          }
          refused += 1;
          return;
        }
        const template = templateOf(stack);
        expect(findings(template, region)).toEqual([]);
        expect(violations(template)).toEqual([]);
        const group = onlyResource(template, 'AWS::AutoScaling::AutoScalingGroup')[1].Properties;
        expect(group.HealthCheckGracePeriod).toBeGreaterThanOrEqual(group.DefaultInstanceWarmup);
        accepted += 1;
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    await context.annotate(`${accepted} accepted, ${refused} refused`);
    expect(accepted).toBeGreaterThan(RUNS / 4);
    expect(refused).toBeGreaterThan(0);
  },
);
