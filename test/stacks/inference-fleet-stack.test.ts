import { Duration, Size } from 'aws-cdk-lib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ColdStart, CrossZone, FleetCapacity, FleetLoadBalancing, FleetNetwork, WarmPool } from '../../lib';
import { useBuiltInKernels } from '../support/built-in-kernels';
import { problemsOf } from '../support/config-error';
import { existingVpc, fleetStack, imageOptions, inRegion, newApp, newStack } from '../support/fleet-app';
import { onlyResource, resourcesOf, templateOf } from '../support/template';

useBuiltInKernels();
// A type of a family that the catalog does not have comes with a warning on the console.
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

const onDemand = (...instanceTypes: string[]) => FleetCapacity.onDemand({ instanceTypes });

function builderTypes(instanceTypes: string[]): string[] {
  const template = templateOf(fleetStack({ capacity: onDemand(...instanceTypes) }));
  const [, { Properties }] = onlyResource(template, 'AWS::ImageBuilder::InfrastructureConfiguration');
  return Properties.InstanceTypes as string[];
}

describe('the image is built on small instances of the families of the fleet', () => {
  test.each([
    [
      ['m9g.4xlarge', 'm9g.8xlarge', 'r8g.4xlarge'],
      ['m9g.large', 'r8g.large'],
    ],
    [['m12g.4xlarge'], ['m12g.4xlarge']],
  ])('%j', (instanceTypes, builders) => {
    expect(builderTypes(instanceTypes)).toEqual(builders);
  });
});

describe('synthesis looks nothing up', () => {
  test.each([
    ['in a known account and region', inRegion('us-east-1')],
    ['anywhere', {}],
  ])('%s', (_, env) => {
    const app = newApp();
    const stack = fleetStack({ env }, app);
    expect(app.synth().manifest.missing ?? []).toEqual([]);
    const zones = resourcesOf(templateOf(stack), 'AWS::EC2::Subnet').map(
      ([, subnet]) => subnet.Properties.AvailabilityZone,
    );
    const zone = (index: number) => ({ 'Fn::Select': [index, { 'Fn::GetAZs': '' }] });
    expect(zones).toEqual([zone(0), zone(1), zone(0), zone(1)]);
  });
});

test('a network of the user is taken in place of a new one', () => {
  const app = newApp();
  const network = newStack(undefined, app, 'Network');
  const template = templateOf(fleetStack({ network: FleetNetwork.existing(existingVpc(network)) }, app));
  expect(resourcesOf(template, 'AWS::EC2::VPC')).toEqual([]);
  const [, group] = onlyResource(template, 'AWS::AutoScaling::AutoScalingGroup');
  expect(group.Properties.VPCZoneIdentifier).toEqual(['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1']);
});

test('a capacity is refused by the name that the user gave it', () => {
  const capacity = FleetCapacity.onDemand({ instanceTypes: ['m7i.4xlarge'], minInstances: 3, maxInstances: 1 });
  const problems = problemsOf(() => fleetStack({ capacity }));
  expect(problems.map(({ what }) => what)).toEqual(['capacity.instanceTypes', 'capacity.minInstances']);
});

test('the lifecycle and the load balancing are handed on, and what the image is made from', () => {
  const template = templateOf(
    fleetStack({
      image: imageOptions({ builder: { rootVolumeSize: Size.gibibytes(77) } }),
      lifecycle: {
        coldStart: ColdStart.measured(Duration.seconds(88)),
        warmPool: WarmPool.stopped({ minInstances: 1 }),
      },
      loadBalancing: FleetLoadBalancing.nlb({ crossZone: CrossZone.ON }),
    }),
  );
  const [, recipe] = onlyResource(template, 'AWS::ImageBuilder::ImageRecipe');
  expect(recipe.Properties.BlockDeviceMappings[0].Ebs.VolumeSize).toBe(77);
  const [, group] = onlyResource(template, 'AWS::AutoScaling::AutoScalingGroup');
  expect(group.Properties.DefaultInstanceWarmup).toBe(88);
  expect(onlyResource(template, 'AWS::AutoScaling::WarmPool')[1].Properties.MinSize).toBe(1);
  const [, loadBalancer] = onlyResource(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
  expect(loadBalancer.Properties.Type).toBe('network');
});
