import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  FleetCapacity,
  FleetConfigError,
  FleetRollout,
  FleetSize,
  InferenceFleetProps,
  InstanceCatalog,
  PowerBudget,
  PowerModel,
  PowerUsageEffectiveness,
  WarmPool,
  WarmPoolOptions,
} from '../../../lib';
import { existingFleet, inRegion, newStack } from '../../support/fleet-app';
import { useSilentWarnings } from '../../support/silent-warnings';
import { Json, onlyResource, resourcesOf, templateOf } from '../../support/template';

/** `PROPERTY_RUNS=2000 npx vitest run test/economics/budget/power-bound.test.ts` looks longer. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 60);

useSilentWarnings();

const REGION = 'us-east-1';
const PUE = PowerUsageEffectiveness.published().figure(REGION).value;
const TYPES = ['m9g.large', 'm9g.2xlarge', 'c9g.xlarge', 'r8g.2xlarge', 'm8g.4xlarge', 'c7g.2xlarge', 'm7g.xlarge'];

/** Kilowatts of one instance at full load by the high end of the band, at the meter. */
function kilowattsOf(instanceType: string): number {
  return (PowerModel.published().band(instanceType)!.fullLoad.high * PUE) / 1000;
}

interface Group {
  readonly wantedMax: number;
  readonly maxSize: number;
  readonly types: { readonly weight: number; readonly kilowatts: number }[];
  readonly weighted: boolean;
  readonly maxHealthy: number;
  readonly poolMin: number;
  readonly poolMax: number;
}

/** What Auto Scaling is told, read from the template and nowhere else. */
function groupOf(template: Json, wantedMax: number): Group {
  const [, { Properties, UpdatePolicy }] = onlyResource(template, 'AWS::AutoScaling::AutoScalingGroup');
  const overrides: Json[] = Properties.MixedInstancesPolicy.LaunchTemplate.Overrides;
  const [pool] = resourcesOf(template, 'AWS::AutoScaling::WarmPool').map(([, resource]) => resource.Properties);
  return {
    wantedMax,
    maxSize: Number(Properties.MaxSize),
    types: overrides.map(({ InstanceType, WeightedCapacity }) => ({
      weight: Number(WeightedCapacity ?? 1),
      kilowatts: kilowattsOf(InstanceType),
    })),
    weighted: overrides.some(({ WeightedCapacity }) => WeightedCapacity !== undefined),
    maxHealthy: UpdatePolicy.AutoScalingInstanceRefresh.Preferences.MaxHealthyPercentage,
    poolMin: pool?.MinSize ?? 0,
    poolMax: pool?.MaxGroupPreparedCapacity ?? 0,
  };
}

/** Units that a group may have at one moment by AWS's documents, written down a second time. */
function mostUnits(group: Group, maxSize: number, drainingPercentage: number): number {
  const largest = Math.max(...group.types.map(({ weight }) => weight));
  const overage = group.weighted ? largest : 0;
  const lasting = Math.max(maxSize + group.poolMin * largest, group.poolMax * largest) + overage;
  const rebalancing = Math.max(Math.ceil(lasting * 0.1 - 1e-9), largest);
  const surge = group.maxHealthy - 100;
  const rollOut = surge > 0 ? Math.max(Math.ceil((lasting * surge) / 100 - 1e-9), largest) : 0;
  return lasting + rebalancing + rollOut + Math.ceil((lasting * drainingPercentage) / 100 - 1e-9);
}

/** Visits every mix that fits, and gives the most that any draws. */
function worstOfAll(types: Group['types'], units: number, count: { mixes: number }): number {
  const [first, ...rest] = types;
  if (first === undefined) {
    count.mixes += 1;
    return 0;
  }
  let worst = 0;
  for (let instances = 0; instances * first.weight <= units; instances += 1) {
    const others = worstOfAll(rest, units - instances * first.weight, count);
    worst = Math.max(worst, instances * first.kilowatts + others);
  }
  return worst;
}

const anyPool: fc.Arbitrary<WarmPoolOptions> = fc.record(
  { minInstances: fc.nat(2), maxPreparedInstances: fc.integer({ min: 5, max: 14 }) },
  { requiredKeys: [] },
);
const anyRollout = fc.oneof(
  fc.constantFrom(FleetRollout.canary(), FleetRollout.replaceRootVolume()),
  fc.integer({ min: 100, max: 200 }).map((maxHealthyPercentage) => FleetRollout.rolling({ maxHealthyPercentage })),
);

function anySize(instanceTypes: string[]): fc.Arbitrary<FleetSize> {
  const vcpus = Math.max(...instanceTypes.map((type) => InstanceCatalog.lookup(type)!.vcpus));
  const perInstance = Object.fromEntries(instanceTypes.map((type, index) => [type, 30 + 17 * index]));
  return fc.oneof(
    fc
      .tuple(fc.nat(2), fc.integer({ min: 2, max: 16 }))
      .map(([min, more]) => FleetSize.instances({ min, max: min + more })),
    fc
      .tuple(fc.nat(8), fc.integer({ min: 8, max: 80 }))
      .map(([min, more]) => FleetSize.vcpus({ min, max: vcpus + min + more })),
    fc
      .tuple(fc.nat(60), fc.integer({ min: 40, max: 400 }))
      .map(([min, more]) => FleetSize.workPerSecond({ min, max: 110 + min + more, perInstance, workPerUnit: 10 })),
  );
}

const anyCase = fc.uniqueArray(fc.constantFrom(...TYPES), { minLength: 1, maxLength: 3 }).chain((instanceTypes) =>
  fc.record({
    instanceTypes: fc.constant(instanceTypes),
    size: anySize(instanceTypes),
    spot: fc.boolean(),
    rollout: anyRollout,
    pool: fc.option(fc.tuple(fc.constantFrom('running' as const, 'stopped' as const), anyPool), { nil: undefined }),
    kilowatts: fc.double({ min: 0.1, max: 3, noNaN: true }),
    drainingPercentage: fc.constantFrom(0, 0, 25, 100),
  }),
);

function propsOf({
  instanceTypes,
  size,
  spot,
  rollout,
  pool,
}: typeof anyCase extends fc.Arbitrary<infer T> ? T : never) {
  const capacity = spot
    ? FleetCapacity.spotFirst({ instanceTypes, size })
    : FleetCapacity.onDemand({ instanceTypes, size });
  const warmPool = pool && WarmPool[pool[0]](pool[1]);
  return { capacity, rollout, lifecycle: { warmPool } } satisfies Partial<InferenceFleetProps>;
}

test(
  'whatever the capacity: no mix that Auto Scaling can have draws more than the budget, and one unit more could',
  { timeout: 60_000 + RUNS * 2_000 },
  async (context) => {
    const counts = { refused: 0, lowered: 0, kept: 0, mixes: 0 };
    fc.assert(
      fc.property(anyCase, (each) => {
        const { kilowatts, drainingPercentage, size } = each;
        const wantedMax = size._units.max;
        const stack = newStack(inRegion(REGION));
        const fleet = existingFleet(stack, propsOf(each));
        try {
          new PowerBudget(stack, 'Power', { fleets: [fleet], kilowatts, drainingPercentage });
        } catch (error) {
          expect(error).toBeInstanceOf(FleetConfigError);
          counts.refused += 1;
          const plain = groupOf(templateOf(stack), wantedMax);
          const largest = Math.max(...plain.types.map(({ weight }) => weight));
          const least = Math.max(size._units.min, largest);
          const smallest = { ...plain, poolMax: Math.min(plain.poolMax, Math.floor(least / largest)) };
          expect(worstOfAll(plain.types, mostUnits(smallest, least, drainingPercentage), counts)).toBeGreaterThan(
            kilowatts - 1e-9,
          );
          return;
        }
        const group = groupOf(templateOf(stack), wantedMax);
        expect(group.maxSize).toBeLessThanOrEqual(wantedMax);
        const worst = worstOfAll(group.types, mostUnits(group, group.maxSize, drainingPercentage), counts);
        expect(worst).toBeLessThanOrEqual(kilowatts + 1e-9);
        if (group.maxSize === wantedMax) {
          counts.kept += 1;
          return;
        }
        counts.lowered += 1;
        const more = worstOfAll(group.types, mostUnits(group, group.maxSize + 1, drainingPercentage), counts);
        expect(more).toBeGreaterThan(kilowatts - 1e-9);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    await context.annotate(JSON.stringify(counts));
    expect(Math.min(counts.refused, counts.lowered, counts.kept)).toBeGreaterThan(RUNS / 20);
    expect(counts.mixes).toBeGreaterThan(RUNS * 100);
  },
);
