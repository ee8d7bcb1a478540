import { Duration } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import {
  CanaryRolloutOptions,
  FleetCapacity,
  FleetConfigError,
  FleetLoadBalancing,
  FleetRollout,
  InstanceCatalog,
  Offering,
  SpotFirstCapacityOptions,
} from '../../lib';
import { useBuiltInKernels } from '../support/built-in-kernels';
import { CERTIFICATE_ARN, existingFleet, fleetStack, inRegion, newApp, newStack } from '../support/fleet-app';
import { violations } from '../support/security-invariants';
import { findings } from '../support/strict-validation';
import { CloudFormationTemplate, Json, onlyResource, templateOf } from '../support/template';

useBuiltInKernels();

const RUNS = 160;

const graviton = InstanceCatalog.allGraviton().map(({ instanceType }) => instanceType);
const families = [...new Set(InstanceCatalog.all().map(({ family }) => family))];
const regions = [...new Set(families.flatMap((family) => InstanceCatalog.offeredRegions(family)))].sort();

const anyRegion = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('us-east-1', 'us-west-2', 'eu-central-1', ...regions) },
  { weight: 2, arbitrary: fc.constantFrom('cn-north-1', 'us-gov-west-1', 'xy-north-9') },
  { weight: 1, arbitrary: fc.constant(undefined) },
);

function offeredIn(region: string | undefined): fc.Arbitrary<string> {
  const offered = graviton.filter((type) => region && InstanceCatalog.isOffered(type, region) === Offering.OFFERED);
  return fc.constantFrom(...(offered.length > 0 ? offered : graviton));
}

/** Mostly types that the region offers; else any of the catalog, or a name that no catalog has. */
function anyTypes(region: string | undefined): fc.Arbitrary<string[]> {
  const good = offeredIn(region);
  const odd = fc.oneof(
    fc.constantFrom(...InstanceCatalog.all().map(({ instanceType }) => instanceType)),
    fc.constantFrom(
      'm12g.4xlarge',
      'x11gd.large',
      'm9q.large',
      'm9g.5xlarge',
      'M9G.large',
      'p5.48xlarge',
      'a1.large',
      '',
    ),
    fc.string({ maxLength: 12 }),
  );
  return fc.oneof(
    { weight: 4, arbitrary: fc.uniqueArray(good, { minLength: 1, maxLength: 6 }) },
    { weight: 1, arbitrary: fc.array(fc.oneof({ weight: 3, arbitrary: good }, odd), { maxLength: 5 }) },
  );
}

/** Numbers that make sense, and seldom one that does not. */
function anyNumber(low: number, high: number): fc.Arbitrary<number> {
  const odd = fc.constantFrom(-1, 0, 0.5, 1e9, Number.NaN, Number.POSITIVE_INFINITY);
  return fc.oneof({ weight: 24, arbitrary: fc.integer({ min: low, max: high }) }, { weight: 1, arbitrary: odd });
}

const anyCapacity = (region: string | undefined): fc.Arbitrary<SpotFirstCapacityOptions> =>
  fc.record(
    {
      instanceTypes: anyTypes(region),
      minInstances: anyNumber(0, 3),
      maxInstances: anyNumber(3, 50),
      onDemandBase: anyNumber(0, 3),
      onDemandPercentageAboveBase: anyNumber(0, 100),
    },
    { requiredKeys: ['instanceTypes'] },
  );

const anyRollout: fc.Arbitrary<CanaryRolloutOptions> = fc.record(
  {
    minHealthyPercentage: anyNumber(50, 100),
    maxHealthyPercentage: anyNumber(100, 150),
    canaryPercentage: anyNumber(1, 99),
    canaryTime: fc.integer({ min: 0, max: 50 }).map((hours) => Duration.hours(hours)),
    bakeTime: fc.integer({ min: 0, max: 50 }).map((hours) => Duration.hours(hours)),
  },
  { requiredKeys: [] },
);

const anyFleet = anyRegion.chain((region) =>
  fc.record({
    region: fc.constant(region),
    capacity: anyCapacity(region),
    spot: fc.boolean(),
    rollout: fc.option(fc.record({ canary: fc.boolean(), options: anyRollout }), { nil: undefined }),
    tls: fc.boolean(),
  }),
);

type AnyFleet = typeof anyFleet extends fc.Arbitrary<infer T> ? T : never;

function synthesize({ region, capacity, spot, rollout, tls }: AnyFleet): CloudFormationTemplate {
  const app = newApp();
  const certificate = tls ? acm.Certificate.fromCertificateArn(app, 'Certificate', CERTIFICATE_ARN) : undefined;
  return templateOf(
    fleetStack(
      {
        env: region ? inRegion(region) : {},
        capacity: spot ? FleetCapacity.spotFirst(capacity) : FleetCapacity.onDemand(capacity),
        rollout:
          rollout && (rollout.canary ? FleetRollout.canary(rollout.options) : FleetRollout.rolling(rollout.options)),
        loadBalancing: FleetLoadBalancing.alb({ certificate }),
      },
      app,
    ),
  );
}

/** What must hold of every accepted fleet, found in its template and judged by the catalog. */
function unsafeGroup(template: CloudFormationTemplate, { region }: AnyFleet): string[] {
  const [, { Properties }] = onlyResource(template, 'AWS::AutoScaling::AutoScalingGroup');
  const types: string[] = Properties.MixedInstancesPolicy.LaunchTemplate.Overrides.map((o: Json) => o.InstanceType);
  return [
    ...types.filter((type) => InstanceCatalog.lookup(type)?.architecture === ec2.InstanceArchitecture.X86_64),
    ...types.filter((type) => region && InstanceCatalog.isOffered(type, region) === Offering.NOT_OFFERED),
    ...(Number(Properties.MinSize) <= Number(Properties.MaxSize) ? [] : ['MinSize above MaxSize']),
  ];
}

test(
  'any fleet passes strict validation, or is refused by a FleetConfigError',
  { timeout: 240_000 },
  async (context) => {
    // Types of families that the catalog does not have come with a warning on the console.
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(anyFleet, (input) => {
        try {
          const template = synthesize(input);
          accepted += 1;
          expect(findings(template, input.region)).toEqual([]);
          expect(violations(template)).toEqual([]);
          expect(unsafeGroup(template, input)).toEqual([]);
        } catch (error) {
          if (!(error instanceof FleetConfigError)) {
            throw error;
          }
          expect(error.problems.length).toBeGreaterThan(0);
          refused += 1;
        }
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    await context.annotate(`${accepted} accepted, ${refused} refused`);
    expect(accepted).toBeGreaterThan(RUNS / 3);
    expect(refused).toBeGreaterThan(RUNS / 20);
  },
);

test('a fleet of types that its region offers, with numbers in order, is never refused', () => {
  const good = fc.constantFrom('us-east-1', 'eu-central-1', 'ap-southeast-2').chain((region) =>
    fc.record({
      region: fc.constant(region),
      instanceTypes: fc.uniqueArray(offeredIn(region), { minLength: 1, maxLength: 40 }),
      numbers: fc.tuple(fc.nat(20), fc.nat(20), fc.nat(20)).map((numbers) => numbers.sort((a, b) => a - b)),
      percentage: fc.nat(100),
    }),
  );
  fc.assert(
    fc.property(good, ({ region, instanceTypes, numbers: [onDemandBase, minInstances, high], percentage }) => {
      const maxInstances = Math.max(high, 1);
      const options = { instanceTypes, onDemandBase, minInstances, maxInstances };
      const capacity = FleetCapacity.spotFirst({ ...options, onDemandPercentageAboveBase: percentage });
      expect(existingFleet(newStack(inRegion(region)), { capacity }).capacity).toBe(capacity);
    }),
    { numRuns: 50 },
  );
});

test('the two judges of templates find what is wrong', () => {
  const template = templateOf(fleetStack());
  expect([findings(template, 'us-east-1'), violations(template)]).toEqual([[], []]);
  const [loadBalancer] = onlyResource(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
  template.Resources[loadBalancer].Properties.Scheme = 'internet-facing';
  template.Resources[loadBalancer].Properties.IpAddressType = 'ipv5';
  expect(violations(template)).toEqual([`${loadBalancer}: the load balancer is public`]);
  expect(findings(template, 'us-east-1')).toEqual([expect.stringContaining('ipv5')]);
});
