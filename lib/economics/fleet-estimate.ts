import { Estimate } from '../catalog';

/**
 * Type of the construct metadata that carries a fleet's estimate into the cloud assembly.
 *
 * @internal
 */
export const ESTIMATE_METADATA = 'cdk-graviton-fleet:estimate';

/**
 * Type of the construct metadata with the estimate for the greatest size of a fleet.
 *
 * @internal
 */
export const GREATEST_ESTIMATE_METADATA = 'cdk-graviton-fleet:greatest-estimate';

/** The least and the greatest of a figure over the instances that a fleet may have. */
export interface FigureRange {
  /** When every instance is of the type with the least figure. */
  readonly low: number;
  /** When every instance is of the type with the greatest figure. */
  readonly high: number;
}

/** What a number of instances of a fleet has, costs and draws. A figure that is not known is absent, never a guess. */
export interface FleetEstimate {
  /** Construct path of the fleet. */
  readonly fleet: string;
  /** Region, or nothing when it is only known at deployment. */
  readonly region?: string;
  /** Instance types, most wanted first. */
  readonly instanceTypes: string[];
  /** Number of instances that the figures are for; the fewest, when the fleet's size counts vCPUs or work. */
  readonly instances: number;
  /** What the figures are for, where that is not the fleet's least size. */
  readonly note?: string;
  /**
   * vCPUs of all instances.
   *
   * @default - unknown, because the catalog does not have every type
   */
  readonly vcpus?: FigureRange;
  /**
   * On-demand list price of all instances, in USD per hour, without tax, storage, traffic and load balancer.
   *
   * @default - unknown, because a type has no known list price in the region
   */
  readonly listPriceUsdPerHour?: FigureRange;
  /** Where the list price comes from and of when it is. */
  readonly priceSource?: string;
  /**
   * What the user pays for all instances by the rates, discounts and Spot prices of the price book, in USD per hour, in
   * the fleet's division into on-demand and Spot instances.
   *
   * @default - unknown, because the price book has none of these, or not for every type
   */
  readonly effectivePriceUsdPerHour?: FigureRange;
  /** Where the effective price comes from and of when it is. */
  readonly effectivePriceSource?: string;
  /**
   * Watts of all instances at no load, power usage effectiveness included.
   *
   * @default - unknown, because the power model does not cover every type
   */
  readonly idleWatts?: Estimate;
  /** Watts of all instances at full load, power usage effectiveness included. */
  readonly fullLoadWatts?: Estimate;
  /** Name of the power model, its kind and curve, and the power usage effectiveness it was multiplied by. */
  readonly powerSource?: string;
  /**
   * g CO2e per hour of all instances at no load: the lowest watts on the lowest figure of the grid, and so on.
   *
   * @default - unknown, because the power or the carbon intensity of the region's grid is
   */
  readonly idleCarbonGramsPerHour?: Estimate;
  /** g CO2e per hour of all instances at full load. */
  readonly fullLoadCarbonGramsPerHour?: Estimate;
  /** Methods behind the carbon intensity of the grid, and of when they are. */
  readonly carbonSource?: string;
}
