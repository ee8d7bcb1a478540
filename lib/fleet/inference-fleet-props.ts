import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IInferenceImage } from '../image';
import { FleetCapacity } from './fleet-capacity';
import { FleetRollout } from './fleet-rollout';

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
   * @default FleetRollout.canary()
   */
  readonly rollout?: FleetRollout;
  /**
   * Certificate for TLS between clients and the load balancer.
   *
   * @default - plain HTTP on port 80, which stays inside the network
   */
  readonly certificate?: acm.ICertificate;
  /**
   * User data that runs on each start of an instance, for settings that cannot be part of the AMI. At most 16 KB
   * before encoding, the limit of EC2. It can be read by anything on the instance: never put a secret here.
   *
   * @default - none: the AMI starts its runtime by itself
   */
  readonly userData?: ec2.UserData;
  /**
   * Subnets of the instances and of the load balancer.
   *
   * @default - private subnets with a way out
   */
  readonly vpcSubnets?: ec2.SubnetSelection;
}
