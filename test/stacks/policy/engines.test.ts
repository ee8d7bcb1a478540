import { App, Stack, Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  FleetCapacity,
  FleetCells,
  FleetPlacement,
  FleetPolicy,
  FleetPolicyRules,
  FleetSize,
  GravitonProcessor,
  ImageFeature,
  PolicyAlarm,
  PowerModel,
  PowerUsageEffectiveness,
  PriceBook,
} from '../../../lib';
import { useBuiltInKernels } from '../../support/built-in-kernels';
import { batchFleet, rayCluster } from '../../support/engine-app';
import { containerRuntime, existingImage, existingVpc, newApp, newStack } from '../../support/fleet-app';
import { synthProblems } from '../../support/fleet-file';
import { violationsAt } from '../../support/policed';

useBuiltInKernels();
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

/** Ten m9g.4xlarge workers, and a head of the smallest type with 4 vCPUs. */
const ray = () =>
  rayCluster({
    capacity: FleetCapacity.spotFirst({
      instanceTypes: ['m9g.4xlarge'],
      minInstances: 0,
      maxInstances: 10,
      onDemandBase: 2,
    }),
  });

/** 64 vCPUs on-demand and 192 on Spot, of types with 16 and 32. */
const batch = () =>
  batchFleet({
    capacity: FleetCapacity.spotFirst({
      instanceTypes: ['m9g.4xlarge', 'm8g.8xlarge'],
      size: FleetSize.vcpus({ min: 0, max: 256 }),
      onDemandBase: 64,
    }),
  });

const rulesBroken = (fleet: Stack | ReturnType<typeof ray> | ReturnType<typeof batch>, rules: FleetPolicyRules) =>
  violationsAt(fleet, rules).map(({ rule, key, got }) => `${rule} ${key}: ${got}`);

describe('a Ray cluster', () => {
  test('has no instance of another processor or size than allowed, its head included', () => {
    expect(rulesBroken(ray(), { allowedProcessors: [GravitonProcessor.GRAVITON4] })).toEqual([
      'allowedProcessors capacity.instanceTypes: m9g.4xlarge (graviton5)',
      'allowedProcessors headInstanceType: m9g.xlarge (graviton5)',
    ]);
    expect(rulesBroken(ray(), { allowedSizes: ['4xlarge'] })).toEqual(['allowedSizes headInstanceType: m9g.xlarge']);
    expect(rulesBroken(ray(), { largestSize: '2xlarge' })).toEqual([
      'largestSize capacity.instanceTypes: m9g.4xlarge (16 vCPUs)',
    ]);
    expect(rulesBroken(ray(), { allowedRegions: ['eu-west-1'] })).toEqual(['allowedRegions env.region: us-east-1']);
  });

  test('counts with its head', () => {
    expect(rulesBroken(ray(), { maxInstances: 10 })).toEqual([
      'maxInstances capacity.maxInstances: up to 11 instances',
    ]);
    expect(rulesBroken(ray(), { maxInstances: 11 })).toEqual([]);
  });

  test('has the least share of on-demand at its greatest size: two of ten workers', () => {
    expect(rulesBroken(ray(), { minOnDemandPercentage: 20 })).toEqual([]);
    expect(rulesBroken(ray(), { minOnDemandPercentage: 21 })).toHaveLength(1);
  });

  test('draws and costs what ten workers do, and its head', () => {
    const watts = (type: string) => PowerModel.published().band(type)!.fullLoad.high;
    const pue = PowerUsageEffectiveness.published().figure('us-east-1').value;
    // Another head may be there for a moment, before the one that fails is gone.
    const kilowatts = (pue * (10 * watts('m9g.4xlarge') + 2 * watts('m9g.xlarge'))) / 1000;
    expect(rulesBroken(ray(), { maxKilowatts: { perFleet: kilowatts + 1e-6 } })).toEqual([]);
    expect(rulesBroken(ray(), { maxKilowatts: { perFleet: kilowatts - 1e-6 } })).toHaveLength(1);
    const usd = (type: string) => PriceBook.published().listPrice(type, 'us-east-1')!.usdPerHour * 31 * 24;
    const dollars = 10 * usd('m9g.4xlarge') + usd('m9g.xlarge');
    expect(rulesBroken(ray(), { maxUsdPerMonth: { perFleet: dollars + 0.001 } })).toEqual([]);
    expect(rulesBroken(ray(), { maxUsdPerMonth: { perFleet: dollars - 0.001 } })).toHaveLength(1);
  });

  test('hands required tags to all instances: a tag of the workers alone is not enough', () => {
    const tagged = ray();
    Tags.of(tagged).add('team', 'research');
    expect(rulesBroken(tagged, { requiredTags: { team: {} } })).toEqual([]);
    const half = ray();
    Tags.of(half.node.findChild('Workers')).add('team', 'research');
    expect(rulesBroken(half, { requiredTags: { team: {} } })).toEqual(['requiredTags.team tags.team: no such tag']);
  });

  test('has no roll-out that could watch alarms', () => {
    expect(rulesBroken(ray(), { requiredAlarms: [PolicyAlarm.ILLEGAL_INSTRUCTIONS] })).toEqual([]);
  });

  test('is in no public subnets, and open to nobody', () => {
    expect(rulesBroken(ray(), { requirePrivateNetwork: true, requireTls: true })).toEqual([]);
    const opened = ray();
    opened.connections.allowFromAnyIpv4(ec2.Port.tcp(8265));
    const found = rulesBroken(opened, { requirePrivateNetwork: true });
    expect(found.length).toBeGreaterThan(0);
    expect(found.every((line) => line.includes('open to 0.0.0.0/0'))).toBe(true);
  });

  test('has its runtime from an allowed registry', () => {
    const image = existingImage({ features: [ImageFeature.RAY], runtime: containerRuntime() });
    const cluster = rayCluster({ image });
    expect(rulesBroken(cluster, { allowedRuntimeRegistries: ['docker.io'] })).toEqual([
      'allowedRuntimeRegistries image.runtime.container.image: an image of ghcr.io',
    ]);
  });
});

describe('a queue of AWS Batch', () => {
  test('may have one instance more in each compute environment, all of the smallest type', () => {
    // (256 + 2 x 32) / 16.
    expect(rulesBroken(batch(), { maxInstances: 19 })).toEqual(['maxInstances capacity.size.max: up to 20 instances']);
    expect(rulesBroken(batch(), { maxInstances: 20 })).toEqual([]);
  });

  test('draws twice while its instances are replaced, and costs once', () => {
    const watts = (type: string) => PowerModel.published().band(type)!.fullLoad.high;
    const pue = PowerUsageEffectiveness.published().figure('us-east-1').value;
    const densest = Math.max(watts('m9g.4xlarge') / 16, watts('m8g.8xlarge') / 32);
    const kilowatts = (2 * pue * 320 * densest) / 1000;
    expect(rulesBroken(batch(), { maxKilowatts: { perFleet: kilowatts + 1e-6 } })).toEqual([]);
    expect(rulesBroken(batch(), { maxKilowatts: { perFleet: kilowatts - 1e-6 } })).toHaveLength(1);
    const usd = (type: string) => PriceBook.published().listPrice(type, 'us-east-1')!.usdPerHour * 31 * 24;
    const dollars = 320 * Math.max(usd('m9g.4xlarge') / 16, usd('m8g.8xlarge') / 32);
    expect(rulesBroken(batch(), { maxUsdPerMonth: { perFleet: dollars + 0.001 } })).toEqual([]);
    expect(rulesBroken(batch(), { maxUsdPerMonth: { perFleet: dollars - 0.001 } })).toHaveLength(1);
  });

  test('has the tags of its launch template on its instances', () => {
    const fleet = batch();
    expect(rulesBroken(fleet, { requiredTags: { team: {} } })).toEqual(['requiredTags.team tags.team: no such tag']);
    const tagged = batch();
    Tags.of(tagged).add('team', 'research');
    expect(rulesBroken(tagged, { requiredTags: { team: { values: ['research'] } } })).toEqual([]);
  });

  test('in public subnets is refused', () => {
    const stack = newStack();
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'PublicVpc', {
      vpcId: 'vpc-0123456789abcdef1',
      availabilityZones: ['us-east-1a'],
      publicSubnetIds: ['subnet-0123456789abcdef9'],
    });
    const fleet = batchFleet({ vpc, vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } }, stack);
    expect(rulesBroken(fleet, { requirePrivateNetwork: true })).toContain(
      'requirePrivateNetwork vpcSubnets: public subnets',
    );
  });
});

test('each cell is a fleet, and all count together', () => {
  const stack = newStack();
  new FleetCells(stack, 'Chat', {
    cells: 3,
    hostedZone: route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
      hostedZoneId: 'Z0123456789ABCDEFGHIJ',
      zoneName: 'example.internal',
    }),
    fleet: {
      vpc: existingVpc(stack),
      image: existingImage(),
      capacity: FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'], maxInstances: 5 }),
    },
  });
  expect(rulesBroken(stack, { maxInstances: 5 })).toEqual([]);
  expect(rulesBroken(stack, { maxInstances: 4 })).toHaveLength(3);
  const [{ got }] = violationsAt(stack, { maxKilowatts: { perFleet: 0.001 } });
  const each = Number(/^[\d.]+/.exec(got)?.[0]);
  expect(rulesBroken(stack, { maxKilowatts: { inTotal: 3 * each } })).toEqual([]);
  expect(rulesBroken(stack, { maxKilowatts: { inTotal: 2.9 * each } })).toHaveLength(1);
});

test('a policy is a mixin of a cluster too, and looks at nothing else', () => {
  const app = newApp();
  const cluster = rayCluster({}, newStack(undefined, app, 'Ray'));
  batchFleet({}, newStack(undefined, app, 'Batch'));
  const policy = FleetPolicy.of({ allowedRegions: ['eu-west-1'] });
  expect(policy.supports(cluster)).toBe(true);
  expect(policy._violations(cluster)).toHaveLength(1);
  expect(policy._violations(app)).toHaveLength(2);
});

describe('defaults of a capacity', () => {
  const rules = {
    defaults: {
      capacity: {
        onDemandBase: 3,
        onDemandPercentageAboveBase: 50,
        placement: FleetPlacement.partitions({ count: 2 }),
      },
    },
  };

  test('give an engine its base, and nothing that it could not follow', () => {
    const app = new App({ propertyInjectors: FleetPolicy.of(rules).propertyInjectors(), outdir: newApp().outdir });
    const capacity = FleetCapacity.spotFirst({ instanceTypes: ['m9g.4xlarge'], maxInstances: 9 });
    const cluster = rayCluster({ capacity }, newStack(undefined, app, 'Ray'));
    const fleet = batchFleet({ capacity }, newStack(undefined, app, 'Batch'));
    expect([cluster.capacity._onDemandBase, fleet.capacity._onDemandBase]).toEqual([3, 3]);
    expect(fleet.computeEnvironments).toHaveLength(2);
  });

  test('do so in a fleet.yaml, whose violations have their line', () => {
    const lines = synthProblems(
      `policy: [policy.yaml]
environments: { production: { region: us-east-1, account: "123456789012" } }
rayClusters:
  rollouts:
    image: { runtime: { none: {} }, components: [{ ray: {} }] }
    capacity: { spotFirst: { instanceTypes: [m9g.4xlarge], maxInstances: 9 } }
    headInstanceType: m9g.8xlarge
batchFleets:
  evaluations:
    image: { runtime: { none: {} }, components: [{ ecsAgent: }] }
    capacity: { spotFirst: { instanceTypes: [m9g.4xlarge], maxInstances: 9 } }
`,
      {
        'policy.yaml': `allowedSizes: [4xlarge]
requiredTags: { team: {} }
minOnDemandPercentage: 50
defaults: { capacity: { onDemandBase: 2, onDemandPercentageAboveBase: 50 } }
`,
      },
    );
    expect(lines.map((line) => line.replace(/\/\S+\/(?=policy\.yaml)/, ''))).toMatchInlineSnapshot(`
      [
        "fleet.yaml:4:3 rayClusters.rollouts.tags.team: got no such tag, allowed any value (requiredTags.team, policy.yaml:2:17): give the fleet or its stack the tag team",
        "fleet.yaml:7:5 rayClusters.rollouts.headInstanceType: got m9g.8xlarge, allowed 4xlarge (allowedSizes, policy.yaml:1:1): take the same family in an allowed size",
        "fleet.yaml:9:3 batchFleets.evaluations.tags.team: got no such tag, allowed any value (requiredTags.team, policy.yaml:2:17): give the fleet or its stack the tag team",
        "policy.yaml:4:25 rayClusters.rollouts.capacity.spotFirst.onDemandBase: got 22.2 % on-demand at the greatest size (100 % at the least), allowed at least 50 % at any size (minOnDemandPercentage, policy.yaml:3:1): raise onDemandBase, or lower the greatest size",
        "policy.yaml:4:25 batchFleets.evaluations.capacity.spotFirst.onDemandBase: got 18.1 % on-demand at the greatest size (100 % at the least), allowed at least 50 % at any size (minOnDemandPercentage, policy.yaml:3:1): raise onDemandBase, or lower the greatest size",
      ]
    `);
  });
});
