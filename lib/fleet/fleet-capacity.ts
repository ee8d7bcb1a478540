import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import { OnDemandCapacityOptions, SpotFirstCapacityOptions } from './fleet-capacity-options';

/** Instances in two Availability Zones, so that losing one leaves the fleet serving. */
const DEFAULT_MIN_INSTANCES = 2;

/**
 * Which instances a fleet may have, how many, and how they are bought. The fleet checks it against the catalog, the
 * region, the image and its kernels.
 */
export class FleetCapacity {
  /** On-demand instances only, of the first type in the list that has capacity. */
  public static onDemand(options: OnDemandCapacityOptions): FleetCapacity {
    return new FleetCapacity(options, {
      onDemandBaseCapacity: 0,
      onDemandPercentageAboveBaseCapacity: 100,
      onDemandAllocationStrategy: autoscaling.OnDemandAllocationStrategy.PRIORITIZED,
    });
  }

  /**
   * Spot instances above a base of on-demand instances. Spot capacity is taken from the pools with the lowest price
   * among those least likely to be interrupted (price-capacity-optimized), and instances at risk are replaced early
   * (capacity rebalancing). Name several types: each type and Availability Zone is a pool.
   */
  public static spotFirst(options: SpotFirstCapacityOptions): FleetCapacity {
    return new FleetCapacity(options, {
      onDemandBaseCapacity: options.onDemandBase ?? 0,
      onDemandPercentageAboveBaseCapacity: options.onDemandPercentageAboveBase ?? 0,
      onDemandAllocationStrategy: autoscaling.OnDemandAllocationStrategy.PRIORITIZED,
      spotAllocationStrategy: autoscaling.SpotAllocationStrategy.PRICE_CAPACITY_OPTIMIZED,
    });
  }

  /** Instance types, most wanted first. */
  public readonly instanceTypes: string[];
  /** Least number of instances. */
  public readonly minInstances: number;
  /** Greatest number of instances. */
  public readonly maxInstances: number;
  /** Whether the fleet may have Spot instances. */
  public readonly usesSpot: boolean;

  private constructor(
    options: OnDemandCapacityOptions,
    /** @internal */
    public readonly _distribution: autoscaling.InstancesDistribution,
  ) {
    this.instanceTypes = [...options.instanceTypes];
    this.minInstances = options.minInstances ?? DEFAULT_MIN_INSTANCES;
    this.maxInstances = options.maxInstances ?? Math.max(this.minInstances, 1);
    this.usesSpot = _distribution.spotAllocationStrategy !== undefined;
  }
}
