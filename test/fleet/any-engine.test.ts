import { Duration } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { FleetCapacity, FleetConfigError, FleetSize, InstanceCatalog } from '../../lib';
import { batchFleet, rayCluster } from '../support/engine-app';
import { inRegion, newStack } from '../support/fleet-app';
import { violations } from '../support/security-invariants';
import { useSilentWarnings } from '../support/silent-warnings';
import { findings } from '../support/strict-validation';
import { CloudFormationTemplate, Json, resourcesOf, templateOf } from '../support/template';

useSilentWarnings();

const RUNS = Number(process.env.FLEET_PROPERTY_RUNS ?? 40);

const anyEngine = fc.record({
  engine: fc.constantFrom('ray', 'batch'),
  region: fc.constantFrom('us-east-1', 'eu-central-1', 'us-gov-west-1'),
  kind: fc.constantFrom('onDemand', 'spotFirst', 'mixedGenerations', 'attributes'),
  min: fc.nat(3),
  more: fc.integer({ min: -1, max: 20 }),
  base: fc.integer({ min: 0, max: 4 }),
  percentage: fc.constantFrom(undefined, 0, 0, 100, 100, 30),
  vcpus: fc.boolean(),
  minutes: fc.integer({ min: 1, max: 30 }),
});

type AnyEngine = typeof anyEngine extends fc.Arbitrary<infer T> ? T : never;

function capacityOf({ region, kind, min, more, base, percentage, vcpus }: AnyEngine): FleetCapacity {
  const family = region === 'us-gov-west-1' ? 'm7g' : 'm8g';
  const unit = vcpus ? 16 : 1;
  const [least, most] = [min * unit, (min + more) * unit];
  const size = vcpus ? FleetSize.vcpus({ min: least, max: most }) : FleetSize.instances({ min: least, max: most });
  const share = { size, onDemandBase: base * unit, onDemandPercentageAboveBase: percentage };
  switch (kind) {
    case 'onDemand':
      return FleetCapacity.onDemand({ size, instanceTypes: [`${family}.4xlarge`] });
    case 'spotFirst':
      return FleetCapacity.spotFirst({ ...share, instanceTypes: [`${family}.4xlarge`, `c${family.slice(1)}.4xlarge`] });
    case 'mixedGenerations':
      return FleetCapacity.mixedGenerations({ ...share, instanceTypes: ['m9g.4xlarge'] });
    default:
      return FleetCapacity.attributes({ ...share, attributes: { vcpus: { min: 16, max: 16 }, families: [family] } });
  }
}

function make(drawn: AnyEngine): CloudFormationTemplate {
  const stack = newStack(inRegion(drawn.region));
  const capacity = capacityOf(drawn);
  const time = Duration.minutes(drawn.minutes);
  if (drawn.engine === 'ray') {
    rayCluster({ capacity, idleTimeout: time }, stack);
  } else {
    batchFleet({ capacity, updateTimeout: time }, stack);
  }
  return templateOf(stack);
}

/** Every instance type that the template could have launched, by whoever launches. */
function reachableTypes(template: CloudFormationTemplate): string[] {
  const environments = resourcesOf(template, 'AWS::Batch::ComputeEnvironment');
  const nodes = [...JSON.stringify(template).matchAll(/\\"InstanceType\\":\\"([^"\\]+)\\"/g)].map(([, type]) => type);
  return [...environments.flatMap(([, { Properties }]) => Properties.ComputeResources.InstanceTypes), ...nodes];
}

/** The least and the most of all ways of buying together, in vCPUs or workers. */
function boundsOf(template: CloudFormationTemplate): [number, number] {
  const environments = resourcesOf(template, 'AWS::Batch::ComputeEnvironment').map(
    ([, { Properties }]) => Properties.ComputeResources,
  );
  if (environments.length > 0) {
    const sum = (key: string) => environments.reduce((total: number, resources: Json) => total + resources[key], 0);
    return [sum('MinvCpus'), sum('MaxvCpus')];
  }
  const text = JSON.stringify(template);
  const leasts = [...text.matchAll(/\\"min_workers\\":(\d+)/g)].map(([, least]) => Number(least));
  return [leasts.reduce((total, least) => total + least, 0), Number(/\\"max_workers\\":(\d+)/.exec(text)![1])];
}

test(
  'any capacity of any engine passes strict validation and launches what was judged, or is refused',
  { timeout: 240_000 },
  async (context) => {
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(anyEngine, (drawn) => {
        let template: CloudFormationTemplate;
        try {
          template = make(drawn);
        } catch (error) {
          if (!(error instanceof FleetConfigError)) {
            throw error;
          }
          refused += 1;
          return;
        }
        expect(findings(template, drawn.region)).toEqual([]);
        expect(violations(template)).toEqual([]);
        const types = reachableTypes(template);
        expect(types.length).toBeGreaterThan(0);
        expect(types.filter((type) => InstanceCatalog.lookup(type)?.processor === undefined)).toEqual([]);
        const [least, most] = boundsOf(template);
        const unit = drawn.engine === 'batch' ? 16 : 1;
        // What is always on-demand may be more than the least size.
        expect(least).toBeGreaterThanOrEqual(drawn.min * unit);
        expect(least).toBeLessThanOrEqual(Math.max(drawn.min, drawn.base) * unit);
        expect(most).toBe((drawn.min + drawn.more) * unit);
        accepted += 1;
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    await context.annotate(`${accepted} accepted, ${refused} refused`);
    expect(accepted).toBeGreaterThan(RUNS / 5);
    expect(refused).toBeGreaterThan(0);
  },
);
