import { StackProps } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import { FleetModelOptions } from '../economics';
import { FleetCapacity, FleetNetwork, FleetRollout } from '../fleet';
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
   * The network of the fleet, its load balancer and the builders of its image: `FleetNetwork.existing(vpc)`, or a new one.
   *
   * @default FleetNetwork.withNatGateway(), through which instances fetch container images and models from anywhere
   */
  readonly network?: FleetNetwork;
  /**
   * Which models the dashboard's figures of power and cost come from.
   *
   * @default - the published ones
   */
  readonly economics?: FleetModelOptions;
}
