import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IInferenceImage } from '../../image';
import { FleetCapacity } from '../fleet-capacity';
import { FleetRollout } from '../fleet-rollout';
import { InstanceLifecycle } from '../lifecycle';
import { JobOptions } from './job-options';

/** A fleet of instances that take jobs from a queue. */
export interface WorkerFleetProps {
  /** The network of the instances. They must reach SQS, DynamoDB, S3 and Auto Scaling. */
  readonly vpc: ec2.IVpc;
  /** The AMI that the instances boot: built by `InferenceImage`, which puts the worker agent on it. */
  readonly image: IInferenceImage;
  /** Which instances, how many, and how they are bought. Interrupted jobs are done again: `FleetCapacity.spotFirst()`. */
  readonly capacity: FleetCapacity;
  /** Where the jobs come from, and what does them. */
  readonly jobs: JobOptions;
  /**
   * How a changed AMI reaches the running instances. Instances that work are replaced too: they finish or hand back.
   *
   * @default FleetRollout.canary(), with a `canaryTime` of at least the cold start
   */
  readonly rollout?: FleetRollout;
  /**
   * How instances start and end. Jobs that take longer than `drain` are handed back and done by another instance. Warm
   * pools are refused.
   *
   * @default - a cold start of five minutes, and 110 seconds to finish jobs
   */
  readonly lifecycle?: InstanceLifecycle;
  /**
   * Subnets of the instances.
   *
   * @default - private subnets with a way out
   */
  readonly vpcSubnets?: ec2.SubnetSelection;
}
