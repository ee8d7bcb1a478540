import { StackProps } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { FleetEconomicsOptions } from '../economics';
import { FleetCapacity, FleetRollout } from '../fleet';
import { InferenceRuntime } from '../image';
import { KernelBundle } from '../kernels';

/** A whole fleet in a stack of its own. */
export interface InferenceFleetStackProps extends StackProps {
  /** What serves on the instances. */
  readonly runtime: InferenceRuntime;
  /** Which instances, how many, and how they are bought. */
  readonly capacity: FleetCapacity;
  /**
   * The kernels on the AMI.
   *
   * @default [KernelBundle.builtIn()]
   */
  readonly kernels?: KernelBundle[];
  /**
   * How a changed AMI reaches the running instances.
   *
   * @default FleetRollout.canary()
   */
  readonly rollout?: FleetRollout;
  /**
   * Certificate for TLS between clients and the load balancer.
   *
   * @default - plain HTTP, which stays inside the network
   */
  readonly certificate?: acm.ICertificate;
  /**
   * The network.
   *
   * @default - a new one: two Availability Zones, private subnets, one NAT gateway (0.045 USD per hour and per GB in
   * us-east-1, list price 2026) through which instances fetch packages, container images and models
   */
  readonly vpc?: ec2.IVpc;
  /**
   * Which models the dashboard's figures of power and cost come from.
   *
   * @default - the published ones
   */
  readonly economics?: FleetEconomicsOptions;
}
