/** An instance type with what it counts as, and what it draws or costs. */
export interface WeighedFigure {
  readonly instanceType: string;
  /** Units of the group's capacity that an instance counts as, a whole number from 1. */
  readonly weight: number;
  /** What one instance adds, at least 0. */
  readonly figure: number;
}

/** The mixes of instance types that fit into a number of units, and the most that any of them adds up to. */
export class WorstMix {
  /** The type that adds the most per unit. */
  public readonly densest: WeighedFigure;
  private readonly types: readonly WeighedFigure[];
  /** The greatest sum of every number of units up to {@link reach}, filled when it is first asked for. */
  private readonly sums: number[] = [0];
  private readonly reach: number;

  /** @param types at least one */
  constructor(types: readonly WeighedFigure[]) {
    this.types = heaviestOfEachWeight(types);
    this.densest = this.types.reduce((best, type) => (density(type) > density(best) ? type : best));
    const largestWeight = Math.max(...this.types.map(({ weight }) => weight));
    this.reach = this.densest.weight * largestWeight;
  }

  /**
   * The greatest sum over all mixes of at most so many units: exact, however many these are.
   *
   * Among any d instances, where d is the weight of the densest type, there are some whose weights sum to a multiple of d.
   * As many of the densest type weigh the same and add no less. So some greatest mix has fewer than d instances of other
   * types, which weigh less than d x the largest weight: what is beyond that is filled by the densest type alone.
   */
  public greatest(units: number): number {
    const { weight, figure } = this.densest;
    const filled = Math.max(0, Math.floor((units - this.reach) / weight));
    return filled * figure + this.tabulated(units - filled * weight);
  }

  private tabulated(units: number): number {
    for (let size = this.sums.length; size <= units; size += 1) {
      let greatest = this.sums[size - 1];
      for (const { weight, figure } of this.types) {
        if (weight <= size) {
          greatest = Math.max(greatest, this.sums[size - weight] + figure);
        }
      }
      this.sums.push(greatest);
    }
    return this.sums[units];
  }
}

function density({ figure, weight }: WeighedFigure): number {
  return figure / weight;
}

function heaviestOfEachWeight(types: readonly WeighedFigure[]): WeighedFigure[] {
  const byWeight = new Map<number, WeighedFigure>();
  for (const type of types) {
    const known = byWeight.get(type.weight);
    if (known === undefined || type.figure > known.figure) {
      byWeight.set(type.weight, type);
    }
  }
  return [...byWeight.values()];
}
