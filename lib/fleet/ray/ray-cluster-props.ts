import { Duration } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IInferenceImage } from '../../image';
import { FleetCapacity } from '../fleet-capacity';
import { ColdStart } from '../lifecycle';

/** A Ray cluster: a head, and workers that Ray launches as its tasks ask for them. */
export interface RayClusterProps {
  /** The network of the nodes. The head must reach EC2 and Auto Scaling, by a way out or by endpoints. */
  readonly vpc: ec2.IVpc;
  /** The AMI that every node boots, with `ImageComponent.ray()` on it. */
  readonly image: IInferenceImage;
  /**
   * Which workers, how many, and how they are bought; at most 20 types. Ray takes the type that fits its tasks best, and
   * among equal ones the earlier. What is always there, the least size and the on-demand base, has the first type.
   */
  readonly capacity: FleetCapacity;
  /**
   * Instance type of the head, on which no tasks run. Ray's processes and the entry points of jobs do, so that a cluster
   * of hundreds of workers wants 8 vCPUs and 32 GiB.
   *
   * @default - the smallest type of the first worker's family with at least 4 vCPUs and 8 GiB
   */
  readonly headInstanceType?: string;
  /**
   * How long a worker may have nothing to do before Ray terminates it, in whole seconds from 30.
   *
   * @default Duration.minutes(5)
   */
  readonly idleTimeout?: Duration;
  /**
   * How long a worker takes from its launch until it has joined. One that has not after three times that, and ten minutes
   * at least, is replaced.
   *
   * @default ColdStart.typical(), five minutes
   */
  readonly coldStart?: ColdStart;
  /**
   * Subnets of the nodes. Ray launches in the first of them that has capacity.
   *
   * @default - private subnets with a way out
   */
  readonly vpcSubnets?: ec2.SubnetSelection;
}
