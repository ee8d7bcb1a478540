import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IInferenceImage } from '../image';
import { FleetCapacity } from './fleet-capacity';
import { InstanceLifecycle } from './lifecycle';
import { FleetRollout } from './rollout';

/** What every fleet of instances is made from, however it gets its work. */
export interface InstanceFleetProps {
  /** The network of the instances and, behind a load balancer, of that. */
  readonly vpc: ec2.IVpc;
  /** The AMI that the instances boot. */
  readonly image: IInferenceImage;
  /** Which instances, how many, and how they are bought. */
  readonly capacity: FleetCapacity;
  /**
   * How a changed AMI reaches the running instances.
   *
   * @default FleetRollout.canary(), which watches `RolloutAlarm.recommended()`
   */
  readonly rollout?: FleetRollout;
  /**
   * How instances start and end. Every time-out of the fleet follows from it.
   *
   * @default - a cold start of five minutes, and 110 seconds to finish what an instance accepted, 10 minutes with the
   * built-in server on on-demand instances alone, without a warm pool
   */
  readonly lifecycle?: InstanceLifecycle;
  /**
   * Subnets of the instances and, behind a load balancer, of that.
   *
   * @default - private subnets with a way out
   */
  readonly vpcSubnets?: ec2.SubnetSelection;
}
