import { Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { ScalableFleet } from '../../../../fleet';
import { Problem } from '../../../../validation';
import { groupFacts, hasUnknownSize } from './group-facts';

export interface CheckedBudget {
  readonly fleets: readonly ScalableFleet[];
  readonly figureOf: (instanceType: string, fleet: ScalableFleet) => number | undefined;
  readonly unknownFigure: (instanceType: string, fleet: ScalableFleet) => Problem;
}

/** Everything about the fleets that keeps a bound from being proved. */
export function fleetProblems(scope: IConstruct, { fleets, figureOf, unknownFigure }: CheckedBudget): Problem[] {
  return [
    ...listProblems(fleets),
    ...fleets.flatMap((fleet) => [
      ...placeProblems(scope, fleet),
      ...sizeProblems(fleet),
      ...fleet.capacity.instanceTypes
        .filter((type) => figureOf(type, fleet) === undefined)
        .map((type) => unknownFigure(type, fleet)),
    ]),
  ];
}

function listProblems(fleets: readonly ScalableFleet[]): Problem[] {
  if (fleets.length === 0) {
    return [{ what: 'fleets', got: 'no fleet', allowed: 'at least one', fix: 'give the fleets that share the budget' }];
  }
  const repeated = fleets.filter((fleet, index) => fleets.indexOf(fleet) < index);
  const allowed = 'each fleet once';
  return repeated.map(({ node }) => ({ what: 'fleets', got: `${node.path} twice`, allowed, fix: 'remove one' }));
}

/** An alarm sees the metrics of its own account and region only. */
function placeProblems(scope: IConstruct, fleet: ScalableFleet): Problem[] {
  const here = Stack.of(scope);
  const there = Stack.of(fleet);
  if (here.region === there.region && here.account === there.account) {
    return [];
  }
  return [
    {
      what: `fleets, ${fleet.node.path}`,
      got: 'a fleet of another account or region',
      allowed: "fleets of the budget's own account and region",
      fix: 'make one budget for each account and region',
    },
  ];
}

function sizeProblems(fleet: ScalableFleet): Problem[] {
  if (!hasUnknownSize(fleet, groupFacts(fleet))) {
    return [];
  }
  const what = `fleets, ${fleet.node.path}`;
  const got = 'a size that is only known at deployment';
  return [{ what, got, allowed: 'numbers', fix: 'write the sizes of the fleet and its warm pool out' }];
}
