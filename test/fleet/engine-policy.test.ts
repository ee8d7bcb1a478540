import { expect, test } from 'vitest';
import { FleetCapacity, FleetSize } from '../../lib';
import { batchFleet, rayCluster } from '../support/engine-app';
import { inRegion, newApp, newStack } from '../support/fleet-app';
import { violations } from '../support/security-invariants';
import { useSilentWarnings } from '../support/silent-warnings';
import { findings } from '../support/strict-validation';
import { synthUnderNag } from '../support/synth-under-nag';
import { templateOf } from '../support/template';

useSilentWarnings();

const types = { instanceTypes: ['m9g.4xlarge', 'm8g.8xlarge'] };
const size = FleetSize.vcpus({ min: 0, max: 512 });

/** Each makes something in a stack. */
const ENGINES: Record<string, (stack: ReturnType<typeof newStack>) => unknown> = {
  'a Ray cluster on Spot Instances': (stack) => rayCluster({}, stack),
  'a Ray cluster on demand': (stack) => rayCluster({ capacity: FleetCapacity.onDemand(types) }, stack),
  'a queue of AWS Batch with a base': (stack) =>
    batchFleet({ capacity: FleetCapacity.spotFirst({ ...types, size, onDemandBase: 16 }) }, stack),
};

test.each(Object.keys(ENGINES))('%s: clean under cdk-nag, strict validation and our own rules', (name) => {
  const stack = newStack(inRegion('us-east-1'));
  ENGINES[name](stack);
  const template = templateOf(stack);
  expect(findings(template, 'us-east-1')).toEqual([]);
  expect(violations(template)).toEqual([]);
  for (const env of [inRegion('us-east-1'), {}]) {
    const app = newApp();
    ENGINES[name](newStack(env, app));
    expect(() => synthUnderNag(app)).not.toThrow();
  }
});
