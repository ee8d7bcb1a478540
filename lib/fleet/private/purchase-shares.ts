import { FleetCapacity } from '../fleet-capacity';

/** The least and the most, in the unit of the capacity's size. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** How much of a capacity is on-demand, and how much Spot; a share that cannot be anything is left out. */
export interface PurchaseShares {
  readonly onDemand?: Bounds;
  readonly spot?: Bounds;
}

/** Splits a capacity that {@link engineProblems} accepts: its on-demand base, and Spot above it or none. */
export function purchaseShares(capacity: FleetCapacity): PurchaseShares {
  const { min, max } = capacity.size._units;
  if (onDemandPercentage(capacity) === 100) {
    return { onDemand: { min, max } };
  }
  const base = capacity._distribution.onDemandBaseCapacity ?? 0;
  return {
    onDemand: base > 0 ? { min: base, max: base } : undefined,
    spot: max > base ? { min: Math.max(min - base, 0), max: max - base } : undefined,
  };
}

/** Share of on-demand instances above the base, in percent. */
export function onDemandPercentage({ _distribution }: FleetCapacity): number {
  return _distribution.onDemandPercentageAboveBaseCapacity ?? 0;
}
