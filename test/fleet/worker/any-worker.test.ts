import { Stack } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ColdStart,
  FleetCapacity,
  FleetDrain,
  InferenceRuntime,
  InstanceLifecycle,
  JobHandler,
  JobIsolation,
  JobOptions,
  WorkerFleet,
} from '../../../lib';
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
} from '../../support/any-fleet';
import { existingImage, inRegion, newStack } from '../../support/fleet-app';
import { useSilentWarnings } from '../../support/silent-warnings';
import { CloudFormationTemplate, Json, onlyResource, resourcesOf, templateOf } from '../../support/template';
import { workerFleet } from '../../support/worker-app';

useSilentWarnings();

const anyJobs = fc.record({
  handler: fc.constantFrom<'server' | JobIsolation>('server', ...Object.values(JobIsolation)),
  timeout: optional(seconds(1, 43_000)),
  ownQueue: fc.boolean(),
  slotsPerVcpu: optional(mostly(fc.double({ min: 0.1, max: 8, noNaN: true }), fc.constantFrom(0, -1))),
  visibilityTimeout: optional(mostly(seconds(3, 43_200), seconds(0, 2))),
  maxReceiveCount: optional(mostly(fc.integer({ min: 1, max: 1000 }), fc.constantFrom(0, 1001, 2.5))),
});

const anyWorkers = fc.record({
  region: anyRegion,
  spot: fc.boolean(),
  serves: mostly(fc.constant(true), fc.constant(false)),
  minInstances: fc.nat(3),
  coldStart: optional(seconds(1, 2000).map((total) => ColdStart.measured(total))),
  drain: optional(seconds(1, 172_800).map((longest) => FleetDrain.within(longest))),
  healthCheckGracePeriod: optional(mostly(seconds(2000, 7000), seconds(1, 2000))),
  jobs: anyJobs,
  backlog: optional(mostly(seconds(1, 3600), seconds(0, 0))),
  rollout: anyRollout({ behindLoadBalancer: false }),
});

type AnyWorkers = typeof anyWorkers extends fc.Arbitrary<infer T> ? T : never;

function jobsOf(
  stack: Stack,
  { handler, timeout, ownQueue, maxReceiveCount, ...options }: AnyWorkers['jobs'],
): JobOptions {
  const command = ['/opt/jobs/run'];
  return {
    ...options,
    handler:
      handler === 'server'
        ? JobHandler.server({ path: '/jobs', timeout })
        : JobHandler.program({ command, isolation: handler, timeout }),
    // The receives of a queue that exists already are its own.
    ...(ownQueue ? { queue: new sqs.Queue(stack, 'Mine', { enforceSSL: true }) } : { maxReceiveCount }),
  };
}

/** @throws FleetConfigError when it is refused */
function makeFleet(stack: Stack, props: AnyWorkers): WorkerFleet {
  const { region, spot, serves, minInstances, coldStart, drain, healthCheckGracePeriod, jobs, backlog } = props;
  const options = { instanceTypes: typesIn(region), minInstances, maxInstances: 9 };
  const lifecycle: InstanceLifecycle = { coldStart, drain, healthCheckGracePeriod };
  const runtime = serves ? InferenceRuntime.container({ image: 'server' }) : InferenceRuntime.none();
  const fleet = workerFleet(
    {
      image: existingImage({ runtime }),
      capacity: spot ? FleetCapacity.spotFirst(options) : FleetCapacity.onDemand(options),
      lifecycle,
      jobs: jobsOf(stack, jobs),
      rollout: rolloutOf(props.rollout),
    },
    stack,
  );
  if (backlog) {
    fleet.scaleOnJobs({ acceptableLatency: backlog, timePerJob: backlog });
  }
  return fleet;
}

/** What the first boot writes for the agent. */
function configurationIn(template: CloudFormationTemplate): Record<string, number> {
  const [, { Properties }] = onlyResource(template, 'AWS::EC2::LaunchTemplate');
  const [separator, parts] = Properties.LaunchTemplateData.UserData['Fn::Base64']['Fn::Join'] as [string, Json[]];
  const text = parts.map((part) => (typeof part === 'string' ? part : 'token')).join(separator);
  return JSON.parse(/worker\.json <<'END'\n(.*)\nEND/.exec(text)![1]) as Record<string, number>;
}

/** Whether the agent's times fit the hook's and the queue's, and no instance is reached from the network. */
function workerFaults(template: CloudFormationTemplate): string[] {
  const [, { Properties: group }] = onlyResource(template, 'AWS::AutoScaling::AutoScalingGroup');
  const { drainSeconds, hookSeconds, visibilitySeconds } = configurationIn(template);
  const [hook] = group.LifecycleHookSpecificationList as Json[];
  const ingress = resourcesOf(template, 'AWS::EC2::SecurityGroup').filter(
    ([, { Properties }]) => Properties.SecurityGroupIngress !== undefined,
  );
  const faults: [boolean, string][] = [
    [hookSeconds !== hook.HeartbeatTimeout, 'the agent and the hook differ'],
    [hook.HeartbeatTimeout < Math.min(drainSeconds + 10, 7200), 'the hook ends before the drain'],
    [!(visibilitySeconds >= 3 && visibilitySeconds <= 43_200), 'a visibility that SQS refuses'],
    [resourcesOf(template, 'AWS::EC2::SecurityGroupIngress').length + ingress.length > 0, 'ingress'],
    [resourcesOf(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer').length > 0, 'a load balancer'],
  ];
  return faults.filter(([found]) => found).map(([, fault]) => fault);
}

test('any fleet of workers passes strict validation, or is refused', { timeout: 1_200_000 }, async (context) => {
  let accepted = 0;
  let refused = 0;
  fc.assert(
    fc.property(anyWorkers, (props) => {
      const { region } = props;
      const stack = newStack(inRegion(region));
      if (acceptedOf(() => makeFleet(stack, props)) === undefined) {
        refused += 1;
        return;
      }
      const template = templateOf(stack);
      expect([...faultsOf(template, region), ...workerFaults(template)]).toEqual([]);
      accepted += 1;
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  await context.annotate(`${accepted} accepted, ${refused} refused`);
  expect(accepted).toBeGreaterThan(RUNS / 4);
  expect(refused).toBeGreaterThan(0);
});
