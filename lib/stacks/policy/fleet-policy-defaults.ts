import { FleetModelOptions } from '../../economics';
import { CapacityDefaults, FleetLoadBalancing, FleetNetwork, FleetRollout, InstanceLifecycle } from '../../fleet';

/**
 * What fleets have that do not say otherwise. In a fleet.yaml it lies under what a fleet says, key by key; in TypeScript
 * it takes the place of properties that were left out, by `FleetPolicy.propertyInjectors()`.
 */
export interface FleetPolicyDefaults {
  /**
   * Tags of each stack with a fleet and of its resources, not of stacks with an image or a dashboard alone. A fleet's own tag
   * of the same key wins.
   *
   * @default - none
   */
  readonly tags?: { [key: string]: string };
  /**
   * How instances are bought and placed.
   *
   * @default - as the fleet has it
   */
  readonly capacity?: CapacityDefaults;
  /**
   * How a changed AMI reaches the running instances.
   *
   * @default - as the fleet has it, FleetRollout.canary()
   */
  readonly rollout?: FleetRollout;
  /**
   * How instances start and end.
   *
   * @default - as the fleet has it
   */
  readonly lifecycle?: InstanceLifecycle;
  /**
   * The network of stacks with a fleet.
   *
   * @default - as the stack has it, FleetNetwork.withNatGateway()
   */
  readonly network?: FleetNetwork;
  /**
   * What stands between clients and the instances of inference fleets.
   *
   * @default - as the fleet has it, FleetLoadBalancing.alb()
   */
  readonly loadBalancing?: FleetLoadBalancing;
  /**
   * Which models the dashboards' figures of power and cost come from. The policy's ceilings count by the published ones.
   *
   * @default - the published ones
   */
  readonly economics?: FleetModelOptions;
}
