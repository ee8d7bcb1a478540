import { Token } from 'aws-cdk-lib';
import { ScalableFleet } from '../../fleet';
import { Problem } from '../../validation';
import { BoundedFleet } from './private/bounds/bounded-fleet';

/** The share of one fleet. */
export interface FleetShare {
  /** The fleet. */
  readonly fleet: ScalableFleet;
  /** Its share of the budget, in percent, above 0. */
  readonly percentage: number;
}

/** Shares of 100 % in all can sum to a little more: 0.2 + 84.9 + 14.9. */
const ROUNDING_PERCENT = 1e-9;

/** How the fleets of one budget share it. */
export class BudgetSplit {
  /**
   * Each fleet gets what its least size takes. The rest is shared in proportion to what each wants beyond that, so that all
   * keep their greatest size when the budget is enough for that.
   */
  public static proportional(): BudgetSplit {
    return new BudgetSplit();
  }

  /** Each fleet gets the share that you give. All fleets of the budget must have one, together at most 100 %. */
  public static percentages(shares: FleetShare[]): BudgetSplit {
    return new BudgetSplit(shares);
  }

  private constructor(private readonly shares?: readonly FleetShare[]) {}

  /** @internal */
  public _problems(fleets: readonly ScalableFleet[]): Problem[] {
    if (this.shares === undefined) {
      return [];
    }
    const named = this.shares.map(({ fleet }) => fleet);
    return [
      ...fleets.filter((fleet) => !named.includes(fleet)).map((fleet) => shareProblem(fleet, 'no share', 'add one')),
      ...named
        .filter((fleet) => !fleets.includes(fleet))
        .map((fleet) => shareProblem(fleet, 'a share, though it is none of fleets', 'add it to fleets, or remove it')),
      ...named
        .filter((fleet, index) => named.indexOf(fleet) < index)
        .map((fleet) => shareProblem(fleet, 'a second share', 'remove one')),
      ...this.shares.filter(({ percentage }) => !(percentage > 0)).map(percentageProblem),
      ...this.sumProblems(),
    ];
  }

  /**
   * The share of each fleet, in their order.
   *
   * @internal
   */
  public _shareOut(budget: number, fleets: readonly BoundedFleet[]): number[] {
    const { shares } = this;
    if (shares === undefined) {
      return proportionalShares(budget, fleets);
    }
    const whole = Math.max(100, this.sum());
    return fleets.map(({ fleet }) => (budget * shares.find((share) => share.fleet === fleet)!.percentage) / whole);
  }

  private sum(): number {
    return sumOf(this.shares!.map(({ percentage }) => percentage));
  }

  private sumProblems(): Problem[] {
    const sum = this.sum();
    return sum > 100 + ROUNDING_PERCENT
      ? [{ what: 'split', got: `${sum} % in all`, allowed: 'at most 100 %', fix: 'lower the shares' }]
      : [];
  }
}

function proportionalShares(budget: number, fleets: readonly BoundedFleet[]): number[] {
  const least = fleets.map((fleet) => fleet.worstAt(fleet.least));
  const wanted = fleets.map((fleet) => fleet.worstAt(fleet.wanted));
  const leastSum = sumOf(least);
  const wantedSum = sumOf(wanted);
  if (wantedSum === 0) {
    return fleets.map(() => budget / fleets.length);
  }
  // Shares that are enough must not fall below what is wanted by a rounding error: a factor from 1 on cannot do that.
  return wantedSum <= budget
    ? wanted.map((each) => each * (budget / wantedSum))
    : least.map((each, index) => each + (wanted[index] - each) * ((budget - leastSum) / (wantedSum - leastSum)));
}

function sumOf(figures: readonly number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0);
}

function shareProblem({ node }: ScalableFleet, got: string, fix: string): Problem {
  return { what: 'split', got: `${got} for ${node.path}`, allowed: 'one share for each fleet', fix };
}

function percentageProblem({ fleet, percentage }: FleetShare): Problem {
  const got = Token.isUnresolved(percentage) ? 'a value that is only known at deployment' : `${percentage} %`;
  const what = `split, ${fleet.node.path}`;
  return { what, got, allowed: 'a number above 0', fix: 'give the share in percent' };
}
