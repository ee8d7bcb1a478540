import { App } from 'aws-cdk-lib';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FleetCapacity, JobHandler, JobIsolation, WorkerFleetProps } from '../../../lib';
import { inRegion, newApp, newStack } from '../../support/fleet-app';
import { violations } from '../../support/security-invariants';
import { findings } from '../../support/strict-validation';
import { synthUnderNag } from '../../support/synth-under-nag';
import { templateOf } from '../../support/template';
import { PROGRAM, workerFleet } from '../../support/worker-app';

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

const FLEETS: Record<string, Partial<WorkerFleetProps>> = {
  'a program on Spot Instances': { jobs: { handler: PROGRAM } },
  'isolated programs on a fleet that sleeps': {
    jobs: { handler: JobHandler.program({ command: ['/run'], isolation: JobIsolation.SYSTEMD }) },
    capacity: FleetCapacity.spotFirst({ instanceTypes: ['m9g.4xlarge'], minInstances: 0, maxInstances: 4 }),
  },
  'a server on demand': {
    jobs: { handler: JobHandler.server({ path: '/jobs' }) },
    capacity: FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'] }),
  },
};

const stackIn = (app: App) => newStack(inRegion('us-east-1'), app);

test.each(Object.keys(FLEETS))('%s: clean under cdk-nag, strict validation and our own rules', (name) => {
  const stack = stackIn(newApp());
  workerFleet(FLEETS[name], stack);
  const template = templateOf(stack);
  expect(findings(template, 'us-east-1')).toEqual([]);
  expect(violations(template)).toEqual([]);
  const nagged = newApp();
  workerFleet(FLEETS[name], stackIn(nagged));
  expect(() => synthUnderNag(nagged)).not.toThrow();
});
