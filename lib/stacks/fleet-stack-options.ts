import { FleetModelOptions } from '../economics';
import { FleetRollout, InstanceLifecycle } from '../fleet';
import { InstanceStackOptions } from './instance-stack-options';

/** What a stack with a fleet is made from, beside what every stack has. */
export interface FleetStackOptions extends InstanceStackOptions {
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
   * Which models the dashboard's figures of power and cost come from.
   *
   * @default - the published ones
   */
  readonly economics?: FleetModelOptions;
}
