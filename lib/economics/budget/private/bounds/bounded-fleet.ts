import { ScalableFleet } from '../../../../fleet';
import { GroupFacts, WarmPoolFacts } from './group-facts';
import { WeighedFigure, WorstMix } from './worst-mix';

/** Beyond what any group has; a figure of 0 would let it grow without end. */
const GREATEST_LIMIT = 2 ** 30;

/** How many units a group can have when its greatest size is `limit`. */
export type UnitsAt = (limit: number, facts: GroupFacts) => number;

export interface BoundedFleetParts {
  readonly fleet: ScalableFleet;
  readonly facts: GroupFacts;
  /** Instances that wait, where they count. */
  readonly countedPool?: WarmPoolFacts;
  /** What one instance of each of the fleet's types adds. */
  readonly figures: readonly WeighedFigure[];
  readonly unitsAt: UnitsAt;
}

/**
 * A fleet whose greatest size a budget bounds. Every limit is in units of its group's capacity, and holds for what is in
 * service and what waits in a warm pool that counts.
 */
export class BoundedFleet {
  public readonly fleet: ScalableFleet;
  /** The least limit with which the group could have what it must have. */
  public readonly least: number;
  /** The limit with which nothing changes. */
  public readonly wanted: number;
  public readonly mix: WorstMix;
  /** Instances that may be in service and waiting together, where they count. */
  public readonly pool?: WarmPoolFacts;
  private readonly facts: GroupFacts;

  constructor(private readonly parts: BoundedFleetParts) {
    const { fleet, facts, countedPool } = parts;
    const { size, _distribution: distribution } = fleet.capacity;
    this.fleet = fleet;
    this.pool = countedPool;
    this.facts = { ...facts, warmPool: countedPool };
    this.mix = new WorstMix(parts.figures);
    // Neither may a group start more on-demand instances than it may have, nor an instance that is more than that.
    this.least = Math.max(size._units.min, distribution.onDemandBaseCapacity ?? 0, facts.largestWeight);
    this.wanted = Math.max(size._units.max, (countedPool?.mostPrepared ?? 0) * facts.largestWeight);
  }

  /** Units that the group can have with this limit. */
  public unitsAt(limit: number): number {
    return this.parts.unitsAt(limit, this.facts);
  }

  /** The greatest figure of any mix with this limit. */
  public worstAt(limit: number): number {
    return this.mix.greatest(this.unitsAt(limit));
  }

  /** The greatest limit whose worst mix stays within a share that is enough for the least one. */
  public greatestWithin(share: number): number {
    const fits = (limit: number) => this.worstAt(limit) <= share;
    let fitting = this.least;
    while (fitting < GREATEST_LIMIT && fits(fitting * 2)) {
      fitting *= 2;
    }
    let tooMuch = fitting * 2;
    while (tooMuch - fitting > 1) {
      const middle = Math.floor((fitting + tooMuch) / 2);
      if (fits(middle)) {
        fitting = middle;
      } else {
        tooMuch = middle;
      }
    }
    return fitting;
  }

  /** Instances that may be prepared with this limit. */
  public mostPreparedAt(limit: number): number {
    return Math.floor(limit / this.facts.largestWeight);
  }

  /** A limit in the user's unit. */
  public inWords(units: number): string {
    const { size } = this.fleet.capacity;
    return `${units * (size._weighing?.perUnit ?? 1)} ${size.unit}`;
  }
}
