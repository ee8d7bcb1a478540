import { Stack } from 'aws-cdk-lib';
import {
  BatchFleet,
  BatchFleetProps,
  FleetCapacity,
  FleetSize,
  IInferenceImage,
  ImageFeature,
  RayCluster,
  RayClusterProps,
} from '../../lib';
import { existingImage, existingVpc, newStack } from './fleet-app';

/** An AMI that exists already, with what both engines need. */
export function engineImage(): IInferenceImage {
  return existingImage({ features: [ImageFeature.RAY, ImageFeature.ECS_AGENT] });
}

/** A Ray cluster with workers on Spot Instances. */
export function rayCluster(props: Partial<RayClusterProps> = {}, stack: Stack = newStack()): RayCluster {
  return new RayCluster(stack, 'Rollouts', {
    vpc: existingVpc(stack),
    image: engineImage(),
    capacity: FleetCapacity.spotFirst({
      instanceTypes: ['m9g.4xlarge', 'm8g.8xlarge'],
      minInstances: 0,
      maxInstances: 10,
    }),
    ...props,
  });
}

/** A queue of AWS Batch with Spot Instances. */
export function batchFleet(props: Partial<BatchFleetProps> = {}, stack: Stack = newStack()): BatchFleet {
  return new BatchFleet(stack, 'Evaluations', {
    vpc: existingVpc(stack),
    image: engineImage(),
    capacity: FleetCapacity.spotFirst({
      instanceTypes: ['m9g.4xlarge', 'm8g.8xlarge'],
      size: FleetSize.vcpus({ min: 0, max: 512 }),
    }),
    ...props,
  });
}
