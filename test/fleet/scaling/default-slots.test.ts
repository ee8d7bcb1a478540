import { describe, expect, test } from 'vitest';
import { FleetCapacity, InferenceRuntime, ProcessPlacement, RuntimeOptions } from '../../../lib';
import { problemsOf } from '../../support/config-error';
import { existingFleet, existingImage, newStack } from '../../support/fleet-app';
import { useSilentWarnings } from '../../support/silent-warnings';
import { onlyResource, templateOf } from '../../support/template';

useSilentWarnings();

const RUNTIMES = {
  container: (options: RuntimeOptions) => InferenceRuntime.container({ image: 'server', ...options }),
  systemd: (options: RuntimeOptions) => InferenceRuntime.systemd({ command: ['/server'], ...options }),
};

function fleetWith(options: RuntimeOptions, instanceTypes: string[], kind: keyof typeof RUNTIMES = 'container') {
  const stack = newStack();
  const image = existingImage({ runtime: RUNTIMES[kind](options) });
  return { stack, fleet: existingFleet(stack, { image, capacity: FleetCapacity.onDemand({ instanceTypes }) }) };
}

function targetOf(...parts: Parameters<typeof fleetWith>): number {
  const { stack, fleet } = fleetWith(...parts);
  fleet.scaleOnRequestsInFlight();
  const [, policy] = onlyResource(templateOf(stack), 'AWS::AutoScaling::ScalingPolicy');
  return policy.Properties.TargetTrackingConfiguration.TargetValue as number;
}

describe('without a number of requests an instance is kept at four fifths of its slots', () => {
  test.each<[string, RuntimeOptions, string[], number]>([
    ['one process', { slotsPerProcess: 10 }, ['m9g.4xlarge'], 8],
    ['three processes', { slotsPerProcess: 10 }, ['m9g.12xlarge'], 24],
    ['the smallest type counts', { slotsPerProcess: 10 }, ['m9g.12xlarge', 'm9g.xlarge', 'm9g.4xlarge'], 8],
    ['one process on a node', { slotsPerProcess: 10, placement: ProcessPlacement.perNumaNode() }, ['m9g.16xlarge'], 16],
    ['one process in all', { slotsPerProcess: 10, placement: ProcessPlacement.single() }, ['m9g.48xlarge'], 8],
    ['a single slot', { slotsPerProcess: 1 }, ['m9g.large'], 0.8],
  ])('%s', (_, options, types, target) => {
    expect(targetOf(options, types)).toBeCloseTo(target, 9);
    expect(targetOf(options, types, 'systemd')).toBeCloseTo(target, 9);
  });
});

test('without slots the number is required', () => {
  const { fleet } = fleetWith({}, ['m9g.4xlarge']);
  const problems = problemsOf(() => fleet.scaleOnRequestsInFlight());
  expect(problems).toEqual([
    {
      what: 'perInstance',
      got: 'nothing',
      allowed: 'a number above 0, because the slots of the runtime are not known',
      fix: "give it, or slotsPerProcess of the image's runtime",
    },
  ]);
  expect(() => fleet.scaleOnRequestsInFlight({ perInstance: 3 })).not.toThrow();
});
