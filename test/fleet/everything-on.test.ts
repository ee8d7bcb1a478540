import { App, Duration, Stack } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { expect, test } from 'vitest';
import {
  ColdStart,
  CrossZone,
  FleetCapacity,
  FleetCells,
  FleetDrain,
  FleetLoadBalancing,
  InferenceFleet,
  PredictiveLoad,
  PredictiveScalingMode,
  WarmPool,
} from '../../lib';
import { CERTIFICATE_ARN, existingFleet, existingImage, existingVpc, newApp, newStack } from '../support/fleet-app';
import { violations } from '../support/security-invariants';
import { useSilentWarnings } from '../support/silent-warnings';
import { findings } from '../support/strict-validation';
import { synthUnderNag } from '../support/synth-under-nag';
import { templateOf } from '../support/template';

useSilentWarnings();

const capacity = FleetCapacity.spotFirst({
  instanceTypes: ['m9g.large', 'm8g.large'],
  minInstances: 0,
  maxInstances: 12,
  onDemandBase: 1,
});

const lifecycle = {
  coldStart: ColdStart.of({ weights: Duration.seconds(90) }),
  drain: FleetDrain.forGenerations({ maxTokens: 2000, timePerToken: Duration.millis(50) }),
  warmPool: WarmPool.hibernated({ minInstances: 1, maxPreparedInstances: 4, reuseOnScaleIn: true }),
  healthCheckGracePeriod: Duration.minutes(10),
};

/** Each way to scale, wake and watch that a fleet of any kind has. */
function scaleInEveryWay(stack: Stack, fleet: InferenceFleet): void {
  const queue = new sqs.Queue(stack, 'Work', { enforceSSL: true, deadLetterQueue: deadLetters(stack) });
  const tokens = new cloudwatch.Metric({
    namespace: 'Chat',
    metricName: 'Tokens',
    statistic: 'Sum',
    period: Duration.seconds(10),
  });
  fleet.scaleOnCpu();
  fleet.scaleOnRequestsInFlight({ perInstance: 4 });
  fleet.scaleOnTokensPerSecond({ tokens, perInstance: 80 });
  fleet.scaleOnQueueBacklog({ queue, acceptableLatency: Duration.minutes(1), timePerMessage: Duration.seconds(10) });
  fleet.scaleOnMetric('Busy', { metric: fleet.metricRequestsInFlight(), target: 3, disableScaleIn: true });
  fleet.scaleOnSchedule('Morning', {
    schedule: autoscaling.Schedule.cron({ hour: '7', minute: '0' }),
    minInstances: 2,
  });
  fleet.wakeOnQueue({ queue });
  fleet.wakeOnAlarm('WakeOnTokens', {
    alarm: tokens.createAlarm(stack, 'Wanted', { threshold: 1, evaluationPeriods: 1 }),
  });
  fleet.addRolloutAlarm(
    fleet.metricServerErrorRate().createAlarm(stack, 'Failing', { threshold: 1, evaluationPeriods: 1 }),
  );
}

function deadLetters(stack: Stack): sqs.DeadLetterQueue {
  return { queue: new sqs.Queue(stack, 'DeadLetters', { enforceSSL: true }), maxReceiveCount: 3 };
}

/** Fails when there is a finding at WARN or above, of cdk-nag, or of the rules of this library. */
function expectClean(app: App, stack: Stack): void {
  synthUnderNag(app);
  const template = templateOf(stack);
  expect([findings(template, 'us-east-1'), violations(template)]).toEqual([[], []]);
}

function appAndStack(): { app: App; stack: Stack; certificate: acm.ICertificate } {
  const app = newApp();
  const stack = newStack(undefined, app);
  return { app, stack, certificate: acm.Certificate.fromCertificateArn(stack, 'Certificate', CERTIFICATE_ARN) };
}

test('a fleet behind an Application Load Balancer with everything on is clean', () => {
  const { app, stack, certificate } = appAndStack();
  const loadBalancing = FleetLoadBalancing.alb({ certificate, crossZone: CrossZone.OFF });
  const fleet = existingFleet(stack, { capacity, lifecycle, loadBalancing });
  scaleInEveryWay(stack, fleet);
  fleet.wakeOnRequests();
  fleet.scalePredictively({ load: PredictiveLoad.requests(60), mode: PredictiveScalingMode.FORECAST_AND_SCALE });
  expectClean(app, stack);
});

test('a fleet behind a Network Load Balancer with everything on is clean', () => {
  const { app, stack, certificate } = appAndStack();
  const loadBalancing = FleetLoadBalancing.nlb({ certificate, crossZone: CrossZone.ON });
  const fleet = existingFleet(stack, { capacity, lifecycle, loadBalancing });
  scaleInEveryWay(stack, fleet);
  fleet.scalePredictively();
  expectClean(app, stack);
});

test('cells are clean', () => {
  const { app, stack } = appAndStack();
  const hostedZone = route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
    hostedZoneId: 'Z0123456789ABCDEFGHIJ',
    zoneName: 'example.internal',
  });
  const fleet = { vpc: existingVpc(stack), image: existingImage(), capacity, lifecycle };
  new FleetCells(stack, 'Chat', { fleet, cells: 2, hostedZone, recordName: 'chat', weights: [255, 0] });
  expectClean(app, stack);
});
