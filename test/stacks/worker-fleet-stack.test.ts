import { App, Duration } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import {
  ColdStart,
  FleetCapacity,
  FleetDrain,
  FleetNetwork,
  FleetRollout,
  ImageComponent,
  InferenceRuntime,
  WarmPool,
  WorkerFleetStack,
  WorkerFleetStackProps,
} from '../../lib';
import { useBuiltInKernels } from '../support/built-in-kernels';
import { problemsOf } from '../support/config-error';
import { existingVpc, imageOptions, inRegion, newApp, newStack } from '../support/fleet-app';
import { onlyResource, resourcesOf, templateOf } from '../support/template';
import { PROGRAM } from '../support/worker-app';

useBuiltInKernels();

const capacity = FleetCapacity.spotFirst({ instanceTypes: ['m9g.4xlarge', 'm8g.2xlarge'], maxInstances: 10 });

function workerStack(props: Partial<WorkerFleetStackProps> = {}, app: App = newApp()): WorkerFleetStack {
  const env = inRegion('us-east-1');
  const image = imageOptions({ runtime: InferenceRuntime.none() });
  return new WorkerFleetStack(app, 'Workers', { env, image, capacity, jobs: { handler: PROGRAM }, ...props });
}

test('is a network, an image with the worker agent, and a fleet that boots it in that network', () => {
  const template = templateOf(workerStack());
  const [imageId] = onlyResource(template, 'AWS::ImageBuilder::Image');
  const [, launchTemplate] = onlyResource(template, 'AWS::EC2::LaunchTemplate');
  expect(launchTemplate.Properties.LaunchTemplateData.ImageId).toEqual({ 'Fn::GetAtt': [imageId, 'ImageId'] });
  const [, group] = onlyResource(template, 'AWS::AutoScaling::AutoScalingGroup');
  const subnets = group.Properties.VPCZoneIdentifier.map(({ Ref }: { Ref: string }) => Ref);
  expect(subnets).toEqual([expect.stringMatching(/^VpcPrivateSubnet1/), expect.stringMatching(/^VpcPrivateSubnet2/)]);
  expect(resourcesOf(template, 'AWS::SQS::Queue')).toHaveLength(3);
  expect(resourcesOf(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer')).toEqual([]);
});

test('builds and tests the image on small instances of each of its families, unless the builder says otherwise', () => {
  const builders = (props?: Partial<WorkerFleetStackProps>) => {
    const [, infrastructure] = onlyResource(
      templateOf(workerStack(props)),
      'AWS::ImageBuilder::InfrastructureConfiguration',
    );
    return infrastructure.Properties.InstanceTypes as string[];
  };
  expect(builders()).toEqual(['m9g.large', 'm8g.large']);
  const image = imageOptions({ builder: { instanceTypes: ['m9g.2xlarge'] } });
  expect(builders({ image })).toEqual(['m9g.2xlarge']);
  const stack = workerStack({ image });
  expect(stack.image.testedProcessors?.map(({ displayName }) => displayName)).toEqual([
    'AWS Graviton5',
    'AWS Graviton4',
  ]);
});

test('hands components, roll-out, lifecycle, jobs and network on', () => {
  const app = newApp();
  const network = newStack(undefined, app, 'Network');
  const template = templateOf(
    workerStack(
      {
        image: imageOptions({
          runtime: InferenceRuntime.none(),
          components: [ImageComponent.commands({ name: 'Jobs', buildCommands: ['dnf install -y jq'] })],
        }),
        jobs: { handler: PROGRAM, maxReceiveCount: 3 },
        rollout: FleetRollout.rolling({ bakeTime: Duration.minutes(7) }),
        lifecycle: {
          coldStart: ColdStart.measured(Duration.seconds(77)),
          drain: FleetDrain.within(Duration.seconds(50)),
        },
        network: FleetNetwork.existing(existingVpc(network)),
      },
      app,
    ),
  );
  const components = resourcesOf(template, 'AWS::ImageBuilder::Component').map(([, { Properties }]) => Properties);
  expect(components.filter(({ Data }) => JSON.stringify(Data).includes('dnf install -y jq'))).toHaveLength(1);
  const [, group] = onlyResource(template, 'AWS::AutoScaling::AutoScalingGroup');
  expect(group.Properties.DefaultInstanceWarmup).toBe(77);
  expect(group.Properties.LifecycleHookSpecificationList[0].HeartbeatTimeout).toBe(50 + 10 + 30);
  expect(group.UpdatePolicy.AutoScalingInstanceRefresh.Preferences.BakeTime).toBe(420);
  expect(group.Properties.VPCZoneIdentifier).toEqual(['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1']);
  const redrives = resourcesOf(template, 'AWS::SQS::Queue').map(([, { Properties }]) => Properties.RedrivePolicy);
  expect(redrives.find((policy) => policy !== undefined)).toMatchObject({ maxReceiveCount: 3 });
});

test('a capacity is refused by the name that the user gave it, and not by that of a builder', () => {
  const wrong = FleetCapacity.onDemand({ instanceTypes: ['m7i.4xlarge'] });
  expect(problemsOf(() => workerStack({ capacity: wrong })).map(({ what }) => what)).toEqual([
    'capacity.instanceTypes',
  ]);
});

test('a warm pool is refused, as by the fleet itself', () => {
  const problems = problemsOf(() => workerStack({ lifecycle: { warmPool: WarmPool.stopped() } }));
  expect(problems.map(({ what }) => what)).toEqual(['lifecycle.warmPool']);
});
