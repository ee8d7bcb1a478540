import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  FleetCapacity,
  FleetPolicy,
  FleetPolicyRules,
  FleetRollout,
  GravitonProcessor,
  PolicyAlarm,
} from '../../../lib';
import { acceptedOf } from '../../support/any-fleet';
import { policedFleet, violationsOf } from '../../support/policed';

// A fleet without a scaling policy comes with a warning on the console.
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

const RUNS = Number(process.env.FLEET_PROPERTY_RUNS ?? 50);

const SIZES = ['xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge'];
const REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1'];
const TEAMS = ['chat', 'search', 'billing'];

const anyOf = <T>(values: T[]) => fc.subarray(values, { minLength: 1 });
const ceiling = (most: number) =>
  fc
    .record(
      { perFleet: fc.integer({ min: 1, max: most }), inTotal: fc.integer({ min: 1, max: most }) },
      { requiredKeys: [] },
    )
    .filter((value) => Object.keys(value).length > 0);

const anyRules: fc.Arbitrary<FleetPolicyRules> = fc.record(
  {
    allowedProcessors: anyOf(GravitonProcessor.ALL),
    allowedRegions: anyOf(REGIONS),
    allowedSizes: anyOf(SIZES),
    largestSize: fc.constantFrom(...SIZES),
    maxInstances: fc.integer({ min: 1, max: 8 }),
    minOnDemandPercentage: fc.integer({ min: 0, max: 100 }),
    maxKilowatts: ceiling(4),
    maxUsdPerMonth: ceiling(8000),
    requiredTags: fc.record(
      { team: fc.record({ values: anyOf(TEAMS), pattern: fc.constantFrom('[a-z]+', '[a-h]+') }, { requiredKeys: [] }) },
      { requiredKeys: [] },
    ),
    requiredAlarms: anyOf([
      PolicyAlarm.ILLEGAL_INSTRUCTIONS,
      PolicyAlarm.SERVER_ERROR_RATE,
      PolicyAlarm.RUNTIME_CRASHES,
    ]),
    requirePrivateNetwork: fc.boolean(),
    requireTls: fc.boolean(),
    allowedRuntimeRegistries: anyOf(['ghcr.io', 'ghcr.io/ggml-org', 'docker.io', 'ghcr.io/other']),
  },
  { requiredKeys: [] },
);

const anyFleet = fc.record({
  family: fc.constantFrom('m9g', 'm8g', 'm7g'),
  sizes: anyOf(SIZES.slice(0, 4)),
  region: fc.constantFrom('us-east-1', 'us-west-2'),
  minInstances: fc.integer({ min: 1, max: 3 }),
  more: fc.integer({ min: 0, max: 5 }),
  onDemandBase: fc.integer({ min: 0, max: 2 }),
  onDemandPercentageAboveBase: fc.integer({ min: 0, max: 100 }),
  team: fc.option(fc.constantFrom(...TEAMS), { nil: undefined }),
  canary: fc.boolean(),
});

type AnyFleet = typeof anyFleet extends fc.Arbitrary<infer T> ? T : never;

function fleetOf({ family, sizes, region, minInstances, more, team, canary, ...shares }: AnyFleet) {
  const instanceTypes = sizes.map((size) => `${family}.${size}`);
  const capacity = FleetCapacity.spotFirst({
    instanceTypes,
    minInstances,
    maxInstances: minInstances + more,
    ...shares,
  });
  const rollout = canary ? FleetRollout.canary() : FleetRollout.rolling();
  return policedFleet({ capacity, rollout }, { region, tags: team === undefined ? {} : { team } });
}

/** Seldom is a fleet of these refused, and as seldom is one accepted by all of many rules: few rules, so that both are. */
const fewRules = fc.tuple(anyRules, fc.integer({ min: 1, max: 3 }), fc.nat()).map(([rules, count, start]) => {
  const keys = Object.keys(rules) as (keyof FleetPolicyRules)[];
  const kept = Array.from({ length: Math.min(count, keys.length) }, (_, index) => keys[(start + index) % keys.length]);
  return Object.fromEntries(kept.map((key) => [key, rules[key]]));
});

test('a policy that accepts a fleet still does when it is loosened', () => {
  const outcomes = { accepted: 0, refused: 0, notTighter: 0 };
  fc.assert(
    fc.property(fewRules, fewRules, anyFleet, (wide, narrow, data) => {
      const [wider, narrower] = [wide, narrow].map((rules) => acceptedOf(() => FleetPolicy.of(rules)));
      const both = wider && narrower && acceptedOf(() => wider.narrowedBy(narrower));
      const fleet = acceptedOf(() => fleetOf(data));
      if (!fleet || !wider || !narrower) {
        return;
      }
      if (!both) {
        outcomes.notTighter += 1;
        return;
      }
      const accepted = violationsOf(fleet, both).length === 0;
      outcomes[accepted ? 'accepted' : 'refused'] += 1;
      const ofEither = [...wider._violations(fleet), ...narrower._violations(fleet)];
      // What both layers say together is what each says alone.
      expect(accepted).toBe(ofEither.length === 0);
    }),
    { numRuns: RUNS },
  );
  expect(outcomes.accepted).toBeGreaterThan(RUNS / 25);
  expect(outcomes.refused).toBeGreaterThan(RUNS / 25);
  expect(outcomes.notTighter).toBeGreaterThan(0);
});

test('whatever a layer allows beyond a wider one is refused, for each rule', () => {
  fc.assert(
    fc.property(fewRules, fewRules, anyFleet, (wide, narrow, data) => {
      const [wider, narrower] = [wide, narrow].map((rules) => acceptedOf(() => FleetPolicy.of(rules)));
      const fleet = wider && narrower && acceptedOf(() => fleetOf(data));
      if (!fleet) {
        return;
      }
      const shared = (Object.keys(narrow) as (keyof FleetPolicyRules)[]).filter((key) => wide[key] !== undefined);
      for (const key of shared.filter((name) => name !== 'requiredAlarms')) {
        const [above, own] = [wide, narrow].map((rules) => FleetPolicy.of({ [key]: rules[key] }));
        const lets = [above, own].map((policy) => violationsOf(fleet, policy).length === 0);
        if (lets[1] && !lets[0] && !onlySaysMore(wide, narrow, key)) {
          expect(() => above.narrowedBy(own)).toThrow(key);
        }
      }
    }),
    { numRuns: RUNS },
  );
});

/** Whether the narrower layer leaves parts of a rule to the wider one, which hold beside its own. */
function onlySaysMore(wide: FleetPolicyRules, narrow: FleetPolicyRules, key: keyof FleetPolicyRules): boolean {
  const [above, own] = [wide[key], narrow[key]] as object[];
  return typeof above === 'object' && !Array.isArray(above) && Object.keys(above).some((part) => !(part in own));
}
