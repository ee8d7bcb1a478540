import { CapacityDistributionStrategy } from 'aws-cdk-lib/aws-autoscaling';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  BandwidthWeighting,
  FleetCapacity,
  FleetEndpoint,
  FleetNetwork,
  FleetPlacement,
  FleetRollout,
  FleetSize,
  GravitonProcessor,
  ImpairedZoneBehavior,
  InferenceFleetStackProps,
  ReservationPreference,
} from '../../lib';
import { useBuiltInKernels } from '../support/built-in-kernels';
import { fleetStack, newApp } from '../support/fleet-app';
import { violations } from '../support/security-invariants';
import { findings } from '../support/strict-validation';
import { synthUnderNag } from '../support/synth-under-nag';
import { templateOf } from '../support/template';

useBuiltInKernels();
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

const zones = {
  distribution: CapacityDistributionStrategy.BALANCED_BEST_EFFORT,
  zonalShift: ImpairedZoneBehavior.IGNORE_UNHEALTHY,
};
const { GRAVITON4 } = GravitonProcessor;

/** Every option of capacity, roll-out and network, as far as they go together. */
const STACKS: Record<string, Partial<InferenceFleetStackProps>> = {
  'attributes, vCPUs and Spot in an isolated network': {
    network: FleetNetwork.isolated({ endpoints: Object.values(FleetEndpoint), zones: 3 }),
    capacity: FleetCapacity.attributes({
      attributes: {
        vcpus: { min: 8, max: 64 },
        memoryGib: { min: 32, max: 512 },
        memoryGibPerVcpu: { min: 4, max: 8 },
        localStorageGb: { min: 100, max: 8000 },
        networkBaselineGbps: { min: 3 },
        processors: [GRAVITON4],
        families: ['m8gd', 'r8gd'],
      },
      size: FleetSize.vcpus({ min: 64, max: 640 }),
      onDemandBase: 64,
      onDemandPercentageAboveBase: 25,
      placement: FleetPlacement.partitions({ count: 2, ...zones }),
      bandwidthWeighting: BandwidthWeighting.EBS,
    }),
  },
  'generations and work per second on racks': {
    capacity: FleetCapacity.mixedGenerations({
      instanceTypes: ['m9g.4xlarge'],
      size: FleetSize.workPerSecond({
        perInstance: { 'm9g.4xlarge': 104, 'm8g.4xlarge': 60 },
        min: 100,
        max: 600,
      }),
      onDemandPercentageAboveBase: 0,
      placement: FleetPlacement.racks(zones),
    }),
    rollout: FleetRollout.replaceRootVolume(),
  },
  'reserved instances with a fabric adapter': {
    network: FleetNetwork.isolated(),
    capacity: FleetCapacity.reserved({
      instanceTypes: ['m9g.48xlarge'],
      preference: ReservationPreference.ONLY,
      reservationIds: ['cr-0123456789abcdef0'],
      placement: FleetPlacement.elasticFabric(),
    }),
  },
};

test.each(Object.keys(STACKS))('%s: clean under cdk-nag, strict validation and our own rules', (name) => {
  const app = newApp();
  const template = templateOf(fleetStack(STACKS[name], app));
  expect(findings(template, 'us-east-1')).toEqual([]);
  expect(violations(template)).toEqual([]);
  const nagged = newApp();
  fleetStack(STACKS[name], nagged);
  expect(() => synthUnderNag(nagged)).not.toThrow();
});
