import { FleetCapacity, FleetNetwork } from '../fleet';
import { FleetImageOptions } from './image';

/** What every stack with instances is made from, whatever launches them. */
export interface InstanceStackOptions {
  /**
   * What goes on the AMI. Unless its `builder` says otherwise, it is built and tested on small instances of the fleet's own
   * families, in the fleet's subnets. Fleets that share an AMI take the `fleetImage` of an InferenceImageStack.
   */
  readonly image: FleetImageOptions;
  /** Which instances, how many, and how they are bought. */
  readonly capacity: FleetCapacity;
  /**
   * The network of the fleet and of the builders of its image: `FleetNetwork.existing(vpc)`, or a new one.
   *
   * @default FleetNetwork.withNatGateway(), through which instances fetch container images and models from anywhere
   */
  readonly network?: FleetNetwork;
}
