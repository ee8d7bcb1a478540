import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IInferenceImage } from '../image';
import { FleetCapacity } from './fleet-capacity';
import { FleetRollout } from './fleet-rollout';
import { InstanceLifecycle } from './lifecycle';
import { FleetLoadBalancing } from './load-balancing';

/** A fleet of instances that serve requests behind an internal load balancer. */
export interface InferenceFleetProps {
  /** The network of the instances and of the load balancer. */
  readonly vpc: ec2.IVpc;
  /** The AMI that the instances boot. */
  readonly image: IInferenceImage;
  /** Which instances, how many, and how they are bought. */
  readonly capacity: FleetCapacity;
  /**
   * How a changed AMI reaches the running instances.
   *
   * @default FleetRollout.canary(), with a `canaryTime` of at least the cold start
   */
  readonly rollout?: FleetRollout;
  /**
   * What stands between clients and the instances.
   *
   * @default FleetLoadBalancing.alb(), plain HTTP on port 80, which stays inside the network
   */
  readonly loadBalancing?: FleetLoadBalancing;
  /**
   * How instances start and end. Every time-out of the fleet follows from it.
   *
   * @default - a cold start of five minutes and requests of up to 110 seconds, without a warm pool
   */
  readonly lifecycle?: InstanceLifecycle;
  /**
   * Subnets of the instances and of the load balancer.
   *
   * @default - private subnets with a way out
   */
  readonly vpcSubnets?: ec2.SubnetSelection;
}
