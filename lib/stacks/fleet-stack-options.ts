import { FleetModelOptions } from '../economics';
import { FleetCapacity, FleetNetwork, FleetRollout, InstanceLifecycle } from '../fleet';
import { FleetImageOptions } from './image';

/** What a stack with a fleet is made from, beside what every stack has. */
export interface FleetStackOptions {
  /**
   * What goes on the AMI. Unless its `builder` says otherwise, it is built and tested on small instances of the fleet's own
   * families, in the fleet's subnets. Fleets that share an AMI take the `fleetImage` of an InferenceImageStack.
   */
  readonly image: FleetImageOptions;
  /** Which instances, how many, and how they are bought. */
  readonly capacity: FleetCapacity;
  /**
   * How a changed AMI reaches the running instances.
   *
   * @default FleetRollout.canary(), with a `canaryTime` of at least the cold start
   */
  readonly rollout?: FleetRollout;
  /**
   * How instances start and end. Every time-out of the fleet follows from it.
   *
   * @default - a cold start of five minutes, and 110 seconds to finish what an instance accepted, without a warm pool
   */
  readonly lifecycle?: InstanceLifecycle;
  /**
   * The network of the fleet and of the builders of its image: `FleetNetwork.existing(vpc)`, or a new one.
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
