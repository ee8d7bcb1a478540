import { Duration } from 'aws-cdk-lib';
import { ColdStart } from './cold-start';
import { FleetDrain } from './fleet-drain';
import { WarmPool } from './warm-pool';

/** How the instances of a fleet start and end. Every time-out of the fleet follows from these figures. */
export interface InstanceLifecycle {
  /**
   * How long an instance takes from its launch to its first answer.
   *
   * @default ColdStart.typical(), five minutes
   */
  readonly coldStart?: ColdStart;
  /**
   * How long an instance that must go may finish what it accepted.
   *
   * @default - what the built-in server lets a request take: its `requestTimeout`; without one 10 minutes, or 110 seconds
   * where there may be Spot Instances, and the server keeps to that. For other runtimes and workers FleetDrain.typical(),
   * 110 seconds
   */
  readonly drain?: FleetDrain;
  /**
   * Instances that wait beside the group.
   *
   * @default - none
   */
  readonly warmPool?: WarmPool;
  /**
   * Time after the launch in which failed health checks are forgiven, at least the cold start.
   *
   * @default - one and a half times the cold start
   */
  readonly healthCheckGracePeriod?: Duration;
}
