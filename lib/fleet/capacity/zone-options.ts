import { CapacityDistributionStrategy } from 'aws-cdk-lib/aws-autoscaling';

/** What happens to unhealthy instances of the zone that traffic was shifted away from. */
export enum ImpairedZoneBehavior {
  /** They are left alone, so that health checks which fail with the zone do not replace all of it. */
  IGNORE_UNHEALTHY = 'IgnoreUnhealthy',
  /** They are replaced, as in any other zone. */
  REPLACE_UNHEALTHY = 'ReplaceUnhealthy',
}

/** How a fleet uses Availability Zones. */
export interface ZoneOptions {
  /**
   * What to do when a zone cannot give instances: start them in another zone, which keeps the size of the fleet, or keep
   * trying, which keeps the zones equal.
   *
   * @default - Auto Scaling's own: CapacityDistributionStrategy.BALANCED_BEST_EFFORT
   */
  readonly distribution?: CapacityDistributionStrategy;
  /**
   * Registers the group with zonal shift of the Application Recovery Controller, which moves it out of an impaired zone
   * on your word. It costs nothing; the other zones must be able to carry the load.
   *
   * Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-zonal-shift.html
   *
   * @default - the group is not registered
   */
  readonly zonalShift?: ImpairedZoneBehavior;
}

/** A fleet on several partitions of hardware. */
export interface PartitionPlacementOptions extends ZoneOptions {
  /**
   * Partitions in each zone, 1 to 7. No rack belongs to two of them.
   *
   * @default 3
   */
  readonly count?: number;
}
