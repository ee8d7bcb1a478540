import { App, Duration } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import {
  BatchFleetStack,
  BatchFleetStackProps,
  FleetCapacity,
  FleetSize,
  ImageComponent,
  InferenceRuntime,
  RayClusterStack,
  RayClusterStackProps,
} from '../../../lib';
import { useBuiltInKernels } from '../../support/built-in-kernels';
import { problemsOf } from '../../support/config-error';
import { imageOptions, inRegion, newApp } from '../../support/fleet-app';
import { violations } from '../../support/security-invariants';
import { findings } from '../../support/strict-validation';
import { onlyResource, resourcesOf, templateOf } from '../../support/template';

useBuiltInKernels();

const env = inRegion('us-east-1');
const withComponent = (component: ImageComponent) =>
  imageOptions({ runtime: InferenceRuntime.none(), components: [component] });

function rayStack(props: Partial<RayClusterStackProps> = {}, app: App = newApp()): RayClusterStack {
  const capacity = FleetCapacity.spotFirst({ instanceTypes: ['m9g.4xlarge', 'm8g.4xlarge'], maxInstances: 10 });
  return new RayClusterStack(app, 'Rollouts', { env, image: withComponent(ImageComponent.ray()), capacity, ...props });
}

function batchStack(props: Partial<BatchFleetStackProps> = {}, app: App = newApp()): BatchFleetStack {
  const size = FleetSize.vcpus({ min: 0, max: 256 });
  const capacity = FleetCapacity.spotFirst({ instanceTypes: ['m9g.4xlarge', 'm8g.4xlarge'], size });
  const image = withComponent(ImageComponent.ecsAgent());
  return new BatchFleetStack(app, 'Evaluations', { env, image, capacity, ...props });
}

describe('a Ray cluster in a stack', () => {
  test('is a network, an image with Ray that head and workers boot, and the head in that network', () => {
    const template = templateOf(rayStack());
    const [imageId] = onlyResource(template, 'AWS::ImageBuilder::Image');
    const booted = resourcesOf(template, 'AWS::EC2::LaunchTemplate').map(
      ([, { Properties }]) => Properties.LaunchTemplateData.ImageId,
    );
    expect(booted).toEqual([{ 'Fn::GetAtt': [imageId, 'ImageId'] }, { 'Fn::GetAtt': [imageId, 'ImageId'] }]);
    const [, group] = onlyResource(template, 'AWS::AutoScaling::AutoScalingGroup');
    expect(JSON.stringify(group.Properties.VPCZoneIdentifier)).toMatch(/VpcPrivateSubnet1.*VpcPrivateSubnet2/);
  });

  test('hands head, idle time and cold start on', () => {
    const stack = rayStack({ headInstanceType: 'm9g.8xlarge', idleTimeout: Duration.minutes(3) });
    expect(stack.cluster.headInstanceType).toBe('m9g.8xlarge');
    expect(JSON.stringify(templateOf(stack))).toContain('idle_timeout_minutes');
  });

  test('passes strict validation, and keeps the invariants of security', () => {
    const template = templateOf(rayStack());
    expect([findings(template), violations(template)]).toEqual([[], []]);
  });

  test('needs Ray on the image', () => {
    expect(problemsOf(() => rayStack({ image: imageOptions() })).map(({ what }) => what)).toEqual(['image.features']);
  });
});

describe('a queue of AWS Batch in a stack', () => {
  test('is a network, an image with the agent of ECS, and a compute environment that boots it', () => {
    const template = templateOf(batchStack({ updateTimeout: Duration.minutes(90) }));
    const [imageId] = onlyResource(template, 'AWS::ImageBuilder::Image');
    const [, environment] = onlyResource(template, 'AWS::Batch::ComputeEnvironment');
    const { ComputeResources, UpdatePolicy } = environment.Properties;
    expect(ComputeResources.Ec2Configuration[0].ImageIdOverride).toEqual({ 'Fn::GetAtt': [imageId, 'ImageId'] });
    expect(UpdatePolicy).toMatchObject({ JobExecutionTimeoutMinutes: 90 });
    expect(resourcesOf(template, 'AWS::Batch::JobQueue')).toHaveLength(1);
  });

  test('passes strict validation, and keeps the invariants of security', () => {
    const template = templateOf(batchStack());
    expect([findings(template), violations(template)]).toEqual([[], []]);
  });

  test('needs the agent on the image', () => {
    expect(problemsOf(() => batchStack({ image: imageOptions() })).map(({ what }) => what)).toEqual(['image.features']);
  });
});
