import { FigureRange } from '../../economics/fleet-estimate';
import { EnvironmentTotals, ExceededQuota, FleetPlan, PlanTotals, StackPlan } from './plan-report';
import { addUses } from './quota/quota-uses';

/** A month as AWS's price calculator has it. */
export const HOURS_PER_MONTH = 730;

type Figure = (fleet: FleetPlan) => FigureRange | undefined;

/** From the least size, low, to the greatest size, high. */
const FIGURES = {
  instances: ({ size }) => size.instances,
  vcpus: ({ size }) => size.vcpus,
  listUsdPerMonth: ({ least, greatest }) => perMonth(span(least?.listPriceUsdPerHour, greatest?.listPriceUsdPerHour)),
  effectiveUsdPerMonth: ({ least, greatest }) =>
    perMonth(span(least?.effectivePriceUsdPerHour, greatest?.effectivePriceUsdPerHour)),
  watts: ({ least, greatest }) => span(least?.idleWatts, greatest?.fullLoadWatts),
  carbonGramsPerHour: ({ least, greatest }) =>
    span(least?.idleCarbonGramsPerHour, greatest?.fullLoadCarbonGramsPerHour),
} satisfies Record<string, Figure>;

/** Totals of stacks. */
export function totalsOf(stacks: readonly StackPlan[]): PlanTotals {
  const fleets = stacks.flatMap((stack) => stack.fleets);
  const total = (figure: Figure) => sum(fleets.flatMap((fleet) => figure(fleet) ?? []));
  const without = (figure: Figure) => fleets.filter((fleet) => !figure(fleet)).map(({ fleet }) => fleet);
  return {
    stacks: stacks.length,
    fleets: fleets.length,
    instances: total(FIGURES.instances),
    vcpus: total(FIGURES.vcpus),
    listUsdPerMonth: total(FIGURES.listUsdPerMonth),
    effectiveUsdPerMonth: total(FIGURES.effectiveUsdPerMonth),
    monitoringUsdPerMonth: sum(stacks.map(({ monitoring }) => monitoring.usdPerMonth)),
    watts: total(FIGURES.watts),
    carbonGramsPerHour: total(FIGURES.carbonGramsPerHour),
    unknown: {
      size: without(FIGURES.instances),
      listPrice: without(FIGURES.listUsdPerMonth),
      effectivePrice: without(FIGURES.effectiveUsdPerMonth),
      power: without(FIGURES.watts),
      carbon: without(FIGURES.carbonGramsPerHour),
    },
    exceededQuotas: exceededQuotas(stacks),
  };
}

/** Totals of each environment, in the order in which they come. */
export function environmentTotals(stacks: readonly StackPlan[]): EnvironmentTotals[] {
  const names = [...new Set(stacks.map(({ environment }) => environment))];
  return names.map((environment) => ({
    environment,
    ...totalsOf(stacks.filter((stack) => stack.environment === environment)),
  }));
}

/** The most that a fleet may cost in a month: by the effective price where it is known, else by the list price. */
export function greatestUsdPerMonth(fleet: FleetPlan): number | undefined {
  return (FIGURES.effectiveUsdPerMonth(fleet) ?? FIGURES.listUsdPerMonth(fleet))?.high;
}

/** The most watts that a fleet may draw by the model. */
export function greatestWatts(fleet: FleetPlan): number | undefined {
  return FIGURES.watts(fleet)?.high;
}

/** Quotas belong to an account and region: what stacks of different ones take does not add up. */
function exceededQuotas(stacks: readonly StackPlan[]): ExceededQuota[] {
  const places = new Map<string, StackPlan[]>();
  for (const stack of stacks) {
    const place = JSON.stringify([stack.account, stack.region]);
    places.set(place, [...(places.get(place) ?? []), stack]);
  }
  return [...places.values()].flatMap((together) => {
    const { account, region } = together[0];
    const exceeded = addUses(together.flatMap(({ quotas }) => quotas)).filter((use) => use.needed > use.default);
    return exceeded.map((use) => ({ ...use, account, region }));
  });
}

function span(least?: FigureRange, greatest?: FigureRange): FigureRange | undefined {
  return least && greatest && { low: least.low, high: greatest.high };
}

function perMonth(perHour?: FigureRange): FigureRange | undefined {
  return perHour && { low: perHour.low * HOURS_PER_MONTH, high: perHour.high * HOURS_PER_MONTH };
}

function sum(ranges: readonly FigureRange[]): FigureRange {
  return ranges.reduce((total, { low, high }) => ({ low: total.low + low, high: total.high + high }), {
    low: 0,
    high: 0,
  });
}
