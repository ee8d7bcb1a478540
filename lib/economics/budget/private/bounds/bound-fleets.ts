import { IConstruct } from 'constructs';
import { ScalableFleet } from '../../../../fleet';
import { FleetConfigError, numberText, Problem } from '../../../../validation';
import { BudgetBound } from '../../budget-bound';
import { BudgetSplit } from '../../budget-split';
import { BoundedFleet, UnitsAt } from './bounded-fleet';
import { fleetProblems } from './budget-problems';
import { arithmetic, atMost, BudgetUnit, enough } from './budget-unit';
import { groupFacts, WarmPoolFacts } from './group-facts';
import { holdBound, warnOfBound } from './hold-bound';

/** A budget of anything that adds up over instances. */
export interface FleetBudget {
  readonly fleets: readonly ScalableFleet[];
  readonly amount: number;
  readonly unit: BudgetUnit;
  readonly split: BudgetSplit;
  /** What one instance adds; nothing when that is not known. */
  readonly figureOf: (instanceType: string, fleet: ScalableFleet) => number | undefined;
  /** What is wrong when a figure is not known. */
  readonly unknownFigure: (instanceType: string, fleet: ScalableFleet) => Problem;
  readonly countsPool: (pool: WarmPoolFacts) => boolean;
  readonly unitsAt: UnitsAt;
  /** What is wrong with the budget's other properties. */
  readonly problems: readonly Problem[];
}

/** What became of a budget. */
export interface BoundFleets {
  readonly fleets: readonly BoundedFleet[];
  readonly bounds: readonly BudgetBound[];
}

/**
 * Bounds the greatest size of every fleet, so that the worst case of all of them is within the budget.
 *
 * @throws FleetConfigError with everything that keeps the bound from being proved, and when the least sizes do not fit
 */
export function boundFleets(scope: IConstruct, budget: FleetBudget): BoundFleets {
  throwIfAny(scope, [
    ...amountProblems(budget),
    ...budget.problems,
    ...fleetProblems(scope, budget),
    ...budget.split._problems(budget.fleets),
  ]);
  const fleets = budget.fleets.map((fleet) => boundedFleet(fleet, budget));
  throwIfAny(scope, sumProblems(budget, fleets));
  const shares = budget.split._shareOut(budget.amount, fleets);
  throwIfAny(
    scope,
    fleets.flatMap((fleet, index) => shareProblems(budget, fleet, shares[index])),
  );
  const bounds = fleets.map((fleet, index) => bound(scope, budget, fleet, shares[index]));
  return { fleets, bounds };
}

function boundedFleet(fleet: ScalableFleet, { figureOf, countsPool, unitsAt }: FleetBudget): BoundedFleet {
  const facts = groupFacts(fleet);
  const { size, instanceTypes } = fleet.capacity;
  return new BoundedFleet({
    fleet,
    facts,
    countedPool: facts.warmPool && countsPool(facts.warmPool) ? facts.warmPool : undefined,
    figures: instanceTypes.map((instanceType) => ({
      instanceType,
      weight: size._weightOf(instanceType) ?? 1,
      figure: figureOf(instanceType, fleet)!,
    })),
    unitsAt,
  });
}

function bound(scope: IConstruct, { unit }: FleetBudget, fleet: BoundedFleet, share: number): BudgetBound {
  const limit = fleet.greatestWithin(share);
  const wanted = fleet.fleet.capacity.size._units.max;
  holdBound({ fleet, limit, budget: scope.node.path });
  if (limit < wanted) {
    warnOfBound(
      fleet.fleet,
      `At most ${fleet.inWords(limit)}, in place of ${fleet.inWords(wanted)}: ${scope.node.path} has ` +
        `${atMost(share, unit)} for this fleet, and ${arithmetic(fleet, limit, unit)}.`,
    );
  }
  const granted = Math.min(limit, fleet.wanted);
  return {
    fleet: fleet.fleet.node.path,
    share,
    allowedMaxSize: limit,
    wantedMaxSize: wanted,
    maxSize: Math.min(limit, wanted),
    worstUnits: fleet.unitsAt(granted),
    worstCase: fleet.worstAt(granted),
  };
}

function amountProblems({ amount, unit: { property, symbol } }: FleetBudget): Problem[] {
  if (Number.isFinite(amount) && amount > 0) {
    return [];
  }
  return [
    { what: property, got: numberText(amount), allowed: 'a number above 0', fix: `give the budget in ${symbol}` },
  ];
}

function sumProblems({ amount, unit }: FleetBudget, fleets: readonly BoundedFleet[]): Problem[] {
  const least = fleets.reduce((sum, fleet) => sum + fleet.worstAt(fleet.least), 0);
  return least > amount ? [tooLittle(unit.property, amount, least, fleets, unit)] : [];
}

function shareProblems({ unit }: FleetBudget, fleet: BoundedFleet, share: number): Problem[] {
  const least = fleet.worstAt(fleet.least);
  return least > share ? [tooLittle(`split, ${fleet.fleet.node.path}`, share, least, [fleet], unit)] : [];
}

function tooLittle(
  what: string,
  got: number,
  least: number,
  fleets: readonly BoundedFleet[],
  unit: BudgetUnit,
): Problem {
  const parts = fleets.map((fleet) => `${fleet.fleet.node.path}: ${arithmetic(fleet, fleet.least, unit)}`);
  return {
    what,
    got: atMost(got, unit),
    allowed: `at least ${enough(least, unit)} for the least sizes (${parts.join('; ')})`,
    fix: `raise it, lower the least sizes, or leave out the types that ${unit.verb} most`,
  };
}

function throwIfAny(scope: IConstruct, problems: Problem[]): void {
  if (problems.length > 0) {
    throw new FleetConfigError(scope.node.path, problems);
  }
}
