import { BoundedFleet, UnitsAt } from '../../../../../economics/budget/private/bounds/bounded-fleet';
import { WarmPoolFacts } from '../../../../../economics/budget/private/bounds/group-facts';
import { PolicedFleet } from '../../policed-fleet';

/** How a budget counts. */
export interface BudgetCount {
  readonly figureOf: (instanceType: string, fleet: PolicedFleet) => number | undefined;
  readonly countsPool: (pool: WarmPoolFacts) => boolean;
  readonly unitsAt: UnitsAt;
}

/** The worst case of a fleet, as far as figures are known, or why there is none. */
export interface WorstCase {
  readonly figure?: number;
  /** The type that adds the most for its size. */
  readonly densest?: string;
  /** Whether a size is only known at deployment. */
  readonly unknownSize: boolean;
  /** Types whose figure is not known. */
  readonly unknownTypes: readonly string[];
}

/** What the worst feasible mix of a fleet adds up to at its greatest size, as a budget counts. */
export function worstCase(fleet: PolicedFleet, { figureOf, countsPool, unitsAt }: BudgetCount): WorstCase {
  const units = fleet.greatestUnits;
  const unknownTypes = fleet.instanceTypes.filter((type) => figureOf(type, fleet) === undefined);
  const known = fleet.instanceTypes.filter((type) => !unknownTypes.includes(type));
  if (units === undefined || known.length === 0) {
    return { unknownSize: units === undefined, unknownTypes };
  }
  const { warmPool } = fleet.groupFacts;
  const { size } = fleet.fleet.capacity;
  const bounded = new BoundedFleet({
    fleet: fleet.fleet,
    facts: fleet.groupFacts,
    countedPool: warmPool && countsPool(warmPool) ? warmPool : undefined,
    figures: known.map((instanceType) => ({
      instanceType,
      weight: size._weightOf(instanceType) ?? 1,
      figure: figureOf(instanceType, fleet)!,
    })),
    unitsAt,
  });
  // A pool may prepare more than the greatest size; a budget lowers it to that.
  const pooled = units < size._units.max ? units : Math.max(units, bounded.wanted);
  const limit = Math.max(pooled, bounded.least);
  return {
    figure: bounded.worstAt(limit),
    densest: bounded.mix.densest.instanceType,
    unknownSize: false,
    unknownTypes,
  };
}
