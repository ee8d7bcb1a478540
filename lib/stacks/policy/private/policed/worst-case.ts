import { UnitsAt } from '../../../../economics/budget/private/bounds/bounded-fleet';
import { WarmPoolFacts } from '../../../../economics/budget/private/bounds/group-facts';
import { PolicedFleet } from './policed-fleet';

/** How a budget counts. */
export interface BudgetCount {
  readonly figureOf: (instanceType: string, fleet: PolicedFleet) => number | undefined;
  readonly countsPool: (pool: WarmPoolFacts) => boolean;
  /** Units of a group when its greatest size is this. */
  readonly unitsAt: UnitsAt;
  /** Whether what is there for a moment counts, while instances are replaced. */
  readonly isMomentary: boolean;
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
