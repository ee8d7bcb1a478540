import { CapacityDistributionStrategy } from 'aws-cdk-lib/aws-autoscaling';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  BandwidthWeighting,
  CapacityOptions,
  FleetCapacity,
  FleetConfigError,
  FleetPlacement,
  FleetRollout,
  FleetSize,
  ImpairedZoneBehavior,
  InstanceAttributes,
  InstanceCatalog,
  KernelBundle,
  Offering,
  ReservationPreference,
} from '../../lib';
import { makeBundle, SELF_TEST, variantFile } from '../support/bundle-maker';
import { existingFleet, existingImage, inRegion, newStack } from '../support/fleet-app';
import { mayMatch, namesThatAwsMayHave } from '../support/instance-requirements-matcher';
import { useScratchDirectory } from '../support/scratch-directory';
import { violations } from '../support/security-invariants';
import { findings } from '../support/strict-validation';
import { CloudFormationTemplate, Json, onlyResource, templateOf } from '../support/template';

/** `PROPERTY_RUNS=5000 npx vitest run test/fleet/any-capacity.test.ts` looks longer. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 120);

const scratch = useScratchDirectory();
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

const graviton = InstanceCatalog.allGraviton();
const regions = [...new Set(graviton.flatMap(({ family }) => InstanceCatalog.offeredRegions(family)))].sort();
const processors = [...new Set(graviton.map(({ processor }) => processor!))];
const universe = namesThatAwsMayHave();

const anyRange = (greatest: number) =>
  fc.record(
    { min: fc.nat(greatest / 4), max: fc.integer({ min: greatest / 8, max: greatest * 4 }) },
    { requiredKeys: [] },
  );

const anyAttributes: fc.Arbitrary<InstanceAttributes> = fc.record(
  {
    vcpus: anyRange(48),
    memoryGib: anyRange(256),
    memoryGibPerVcpu: anyRange(8),
    localStorageGb: fc.oneof(fc.constant({ max: 0 }), fc.constant({ min: 1 }), anyRange(4000)),
    networkBaselineGbps: anyRange(16),
    processors: fc.uniqueArray(fc.constantFrom(...processors), { minLength: 1 }),
  },
  { requiredKeys: ['vcpus'] },
);

const anyZones = fc.record(
  {
    distribution: fc.constantFrom(...Object.values(CapacityDistributionStrategy)),
    zonalShift: fc.constantFrom(...Object.values(ImpairedZoneBehavior)),
  },
  { requiredKeys: [] },
);

const anyPlacement: fc.Arbitrary<FleetPlacement> = fc.oneof(
  { weight: 4, arbitrary: anyZones.map((zones) => FleetPlacement.zones(zones)) },
  { weight: 2, arbitrary: anyZones.map((zones) => FleetPlacement.racks(zones)) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(anyZones, fc.integer({ min: 1, max: 8 }))
      .map(([zones, count]) => FleetPlacement.partitions({ ...zones, count })),
  },
  { weight: 2, arbitrary: fc.constantFrom(FleetPlacement.cluster(), FleetPlacement.elasticFabric()) },
);

/** Sizes that any of the types could have; work per second only where there are figures of it. */
function anySize(instanceTypes: string[]): fc.Arbitrary<FleetSize> {
  const bounds = fc.tuple(fc.nat(400), fc.nat(2000)).map(([min, more]) => ({ min, max: min + more }));
  const perInstance = Object.fromEntries(instanceTypes.map((type, index) => [type, 10 + index * 7.5]));
  const work = bounds.map((options) => FleetSize.workPerSecond({ ...options, perInstance, workPerUnit: 5 }));
  return fc.oneof(
    fc.tuple(fc.nat(3), fc.nat(12)).map(([min, more]) => FleetSize.instances({ min, max: min + more + 1 })),
    bounds.map((options) => FleetSize.vcpus(options)),
    ...(instanceTypes.length > 0 ? [work] : []),
  );
}

function anyOptions(instanceTypes: string[]): fc.Arbitrary<CapacityOptions> {
  const seldom = fc.constantFrom(...Object.values(BandwidthWeighting), ...Array<undefined>(20));
  return fc.record(
    { size: anySize(instanceTypes), placement: anyPlacement, bandwidthWeighting: seldom },
    { requiredKeys: [] },
  );
}

const anyShare = fc.record({ onDemandBase: fc.nat(1), onDemandPercentageAboveBase: fc.nat(100) }, { requiredKeys: [] });

function anyCapacity(region: string): fc.Arbitrary<FleetCapacity> {
  const offered = graviton.filter(
    ({ instanceType }) => InstanceCatalog.isOffered(instanceType, region) === Offering.OFFERED,
  );
  const names = offered.map(({ instanceType }) => instanceType);
  const anyNames = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 6 });
  const reservation = fc.record(
    {
      preference: fc.constantFrom(...Object.values(ReservationPreference)),
      reservationIds: fc.array(fc.constant('cr-0123456789abcdef0'), { maxLength: 1 }),
    },
    { requiredKeys: [] },
  );
  return fc.oneof(
    anyNames.chain((instanceTypes) =>
      fc.oneof(
        anyOptions(instanceTypes).map((options) => FleetCapacity.onDemand({ instanceTypes, ...options })),
        fc
          .tuple(anyOptions(instanceTypes), anyShare)
          .map(([options, share]) => FleetCapacity.spotFirst({ instanceTypes, ...options, ...share })),
        fc
          .tuple(anyOptions(instanceTypes), reservation)
          .map(([options, reserved]) => FleetCapacity.reserved({ instanceTypes, ...options, ...reserved })),
        fc
          .tuple(anyOptions([]), anyShare, fc.uniqueArray(fc.constantFrom(...processors), { minLength: 1 }))
          .map(([options, share, order]) =>
            FleetCapacity.mixedGenerations({ instanceTypes, processors: order, ...options, ...share }),
          ),
      ),
    ),
    fc
      .tuple(anyAttributes, anyOptions([]), anyShare)
      .map(([attributes, options, share]) => FleetCapacity.attributes({ attributes, ...options, ...share })),
  );
}

const anyFleet = fc.constantFrom(...regions).chain((region) =>
  fc.record({
    region: fc.constant(region),
    capacity: anyCapacity(region),
    rollout: fc.constantFrom(FleetRollout.canary(), FleetRollout.rolling(), FleetRollout.replaceRootVolume()),
    features: fc.constantFrom([], [], ['asimddp'], ['asimddp'], ['i8mm', 'bf16'], ['sve2']),
  }),
);

/** Types that Auto Scaling may start: those of the overrides, and what their requirements match. */
function reachable(template: CloudFormationTemplate): string[] {
  const [, { Properties }] = onlyResource(template, 'AWS::AutoScaling::AutoScalingGroup');
  const overrides: Json[] = Properties.MixedInstancesPolicy.LaunchTemplate.Overrides;
  return overrides.flatMap(({ InstanceType, InstanceRequirements }) =>
    InstanceRequirements ? universe.filter((type) => mayMatch(InstanceRequirements, type)) : [InstanceType],
  );
}

/** What Auto Scaling would refuse of a group, which no schema knows. */
function refusedByAws(template: CloudFormationTemplate): string[] {
  const [, { Properties }] = onlyResource(template, 'AWS::AutoScaling::AutoScalingGroup');
  const overrides: Json[] = Properties.MixedInstancesPolicy.LaunchTemplate.Overrides;
  const weights = overrides.flatMap(({ WeightedCapacity }) => (WeightedCapacity ? [Number(WeightedCapacity)] : []));
  const { OnDemandAllocationStrategy, OnDemandBaseCapacity } = Properties.MixedInstancesPolicy.InstancesDistribution;
  const selectsByAttributes = overrides.some(({ InstanceRequirements }) => InstanceRequirements);
  return [
    ...(weights.every((weight) => Number.isInteger(weight) && weight >= 1 && weight <= 999) ? [] : ['a weight']),
    ...(weights.length === 0 || weights.length === overrides.length ? [] : ['some types have no weight']),
    ...(Number(Properties.MinSize) <= Number(Properties.MaxSize) ? [] : ['MinSize above MaxSize']),
    ...(OnDemandBaseCapacity <= Number(Properties.MaxSize) ? [] : ['the base is above MaxSize']),
    ...(Math.max(...weights, 0) <= Number(Properties.MaxSize) ? [] : ['one instance is above MaxSize']),
    ...(selectsByAttributes === (OnDemandAllocationStrategy === 'lowest-price') ? [] : ['the strategy']),
    ...(Properties.DesiredCapacityType && !selectsByAttributes ? ['DesiredCapacityType without attributes'] : []),
    ...(overrides.length <= 40 ? [] : ['too many overrides']),
  ];
}

test(
  'any capacity reaches no type beyond its region, its kernels and its list, and passes strict validation',
  { timeout: 60_000 + RUNS * 2_000 },
  async (context) => {
    const counts = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(anyFleet, ({ region, capacity, rollout, features }) => {
        const bundle = KernelBundle.fromDirectory(makeBundle(scratch(), [SELF_TEST, variantFile('made', features)]));
        const stack = newStack(inRegion(region));
        let fleet;
        try {
          fleet = existingFleet(stack, { capacity, rollout, image: existingImage({ kernels: [bundle] }) });
        } catch (error) {
          expect(error).toBeInstanceOf(FleetConfigError);
          counts.refused += 1;
          return;
        }
        counts.accepted += 1;
        const template = templateOf(stack);
        const types = reachable(template);
        expect(new Set(types)).toEqual(new Set(fleet.capacity.instanceTypes));
        expect(types.filter((type) => InstanceCatalog.isOffered(type, region) === Offering.NOT_OFFERED)).toEqual([]);
        const unknown = types.filter((type) => InstanceCatalog.isOffered(type, region) === Offering.UNKNOWN);
        const warned = fleet.node.metadata.some(({ data }) =>
          String(data).includes('cannot tell whether they are offered'),
        );
        expect(warned).toBe(unknown.length > 0);
        const trapping = types.filter(
          (type) => bundle.variantsFor(InstanceCatalog.lookup(type)!.processor!).length === 0,
        );
        expect(trapping).toEqual([]);
        expect(refusedByAws(template)).toEqual([]);
        expect(violations(template)).toEqual([]);
        expect(findings(template, region)).toEqual([]);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    await context.annotate(`${counts.accepted} accepted, ${counts.refused} refused`);
    expect(counts.accepted).toBeGreaterThan(RUNS / 4);
    expect(counts.refused).toBeGreaterThan(RUNS / 20);
  },
);

test('a Graviton5 selection matches no type that AWS may launch later, and no x86 type', () => {
  const stack = newStack();
  existingFleet(stack, { capacity: FleetCapacity.attributes({ attributes: { vcpus: { min: 1 } } }) });
  const types = reachable(templateOf(stack));
  expect(types.length).toBeGreaterThan(50);
  expect(types.filter((type) => InstanceCatalog.lookup(type) === undefined)).toEqual([]);
  expect(universe.filter((type) => InstanceCatalog.lookup(type) === undefined).length).toBeGreaterThan(100);
});

test('the matcher reads patterns as Auto Scaling does', () => {
  const requirements = {
    AllowedInstanceTypes: ['m9g.*'],
    CpuManufacturers: ['amazon-web-services'],
    VCpuCount: { Min: 8 },
  };
  const matched = ['m9g.xlarge', 'm9g.2xlarge', 'm9g.96xlarge', 'm9gd.2xlarge', 'xm9g.2xlarge'].filter((type) =>
    mayMatch(requirements, type),
  );
  expect(matched).toEqual(['m9g.2xlarge', 'm9g.96xlarge']);
  expect(mayMatch({ ...requirements, AllowedInstanceTypes: ['*'] }, 'm8i.4xlarge')).toBe(false);
});
