import { Duration } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { expect, test } from 'vitest';
import { FleetCapacity, ImageSource, InferenceFleetStack, InferenceImageStack } from '../../lib';
import { useBuiltInKernels } from '../support/built-in-kernels';
import { problemsOf } from '../support/config-error';
import { containerRuntime, imageOptions, inRegion, newApp } from '../support/fleet-app';
import { onlyResource, resourcesOf, templateOf } from '../support/template';

useBuiltInKernels();

const capacity = FleetCapacity.onDemand({ instanceTypes: ['m9g.large'] });

test('fleets that share an image read its id from a parameter, and are deployed after it', () => {
  const app = newApp();
  const base = new InferenceImageStack(app, 'Base', { env: inRegion('us-east-1'), image: imageOptions() });
  base.image.addScheduledRebuild({ schedule: Schedule.cron({ hour: '3', minute: '0' }) });
  const chat = new InferenceFleetStack(app, 'Chat', { env: inRegion('us-east-1'), image: base.fleetImage, capacity });
  base.image.keepLast(3, { unusedFor: Duration.days(30) });

  expect(chat.dependencies).toContain(base);
  const [, parameter] = onlyResource(templateOf(base), 'AWS::SSM::Parameter');
  expect(parameter.Properties.Name).toBe('/graviton-fleet/Base/ami');
  const template = templateOf(chat);
  expect(resourcesOf(template, 'AWS::ImageBuilder::Image')).toEqual([]);
  expect(Object.values(template.Parameters ?? {})).toContainEqual(
    expect.objectContaining({ Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: base.parameterName }),
  );
  const [, group] = onlyResource(template, 'AWS::AutoScaling::AutoScalingGroup');
  expect(group.Properties.MaxInstanceLifetime).toBe(Duration.days(28).toSeconds());
  expect(problemsOf(() => chat.image)).toMatchObject([{ what: 'image' }]);
});

test('an AMI that is made elsewhere is used as it is, and nothing about building it may be said', () => {
  const fleetStack = (id: string, image = {}) =>
    new InferenceFleetStack(newApp(), id, {
      env: inRegion('us-east-1'),
      image: { runtime: containerRuntime(), source: ImageSource.fromAmiId('ami-0123456789abcdef0'), ...image },
      capacity,
    });
  const [, launchTemplate] = onlyResource(templateOf(fleetStack('Chat')), 'AWS::EC2::LaunchTemplate');
  expect(launchTemplate.Properties.LaunchTemplateData.ImageId).toBe('ami-0123456789abcdef0');
  const problems = problemsOf(() => fleetStack('Other', { builder: { instanceTypes: ['m9g.large'] } }));
  expect(problems.map(({ what }) => what)).toEqual(['image.builder.instanceTypes']);
});
