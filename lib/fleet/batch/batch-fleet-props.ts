import { Duration } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IInferenceImage } from '../../image';
import { FleetCapacity } from '../fleet-capacity';

/** A queue of AWS Batch, and the instances that work on it. */
export interface BatchFleetProps {
  /** The network of the instances. They must reach Amazon ECS, the registry of the jobs' images and CloudWatch Logs. */
  readonly vpc: ec2.IVpc;
  /** The AMI that the instances boot, with `ImageComponent.ecsAgent()` on it. */
  readonly image: IInferenceImage;
  /**
   * Which instances, how many, and how they are bought. AWS Batch counts vCPUs: give `FleetSize.vcpus()`, or types that
   * all have the same number of them. A least size of 0 costs nothing while no jobs wait.
   */
  readonly capacity: FleetCapacity;
  /**
   * How long jobs that run may go on when their instances are replaced, because the image or the capacity changes, from
   * 1 minute to 5 days. Then they are ended, and tried again as their retry strategy says.
   *
   * @default Duration.minutes(30), the default of AWS Batch
   */
  readonly updateTimeout?: Duration;
  /**
   * Subnets of the instances.
   *
   * @default - private subnets with a way out
   */
  readonly vpcSubnets?: ec2.SubnetSelection;
}
