import { PlanReport } from './plan-report';
import { greatestUsdPerMonth, greatestWatts } from './totals';

/** Ceilings for all fleets of a plan together, at their greatest sizes. */
export interface PlanGates {
  /** USD per month of 730 hours, with monitoring: by the effective price of a fleet where it is known, else its list price. */
  readonly maxUsdPerMonth?: number;
  /** kW at full load, by the high end of the power model. */
  readonly maxKilowatts?: number;
}

/** Why a plan does not pass its gates: a figure that is not known passes none. */
export function gateFailures(report: PlanReport, { maxUsdPerMonth, maxKilowatts }: PlanGates): string[] {
  const fleets = report.stacks.flatMap((stack) => stack.fleets);
  const monitoring = report.totals.monitoringUsdPerMonth.high;
  const usd = held(fleets.map((fleet) => ({ fleet: fleet.fleet, figure: greatestUsdPerMonth(fleet) })));
  const watts = held(fleets.map((fleet) => ({ fleet: fleet.fleet, figure: greatestWatts(fleet) })));
  return [
    ...(maxUsdPerMonth === undefined
      ? []
      : failure('--max-usd-per-month', 'USD per month', { ...usd, sum: usd.sum + monitoring }, maxUsdPerMonth)),
    ...(maxKilowatts === undefined
      ? []
      : failure('--max-kilowatts', 'kW', { ...watts, sum: watts.sum / 1000 }, maxKilowatts)),
  ];
}

interface Held {
  readonly sum: number;
  readonly unknown: readonly string[];
}

function held(figures: readonly { fleet: string; figure?: number }[]): Held {
  return {
    sum: figures.reduce((sum, { figure = 0 }) => sum + figure, 0),
    unknown: figures.filter(({ figure }) => figure === undefined).map(({ fleet }) => fleet),
  };
}

function failure(flag: string, unit: string, { sum, unknown }: Held, most: number): string[] {
  if (unknown.length > 0) {
    return [`${flag}: got no figure for ${unknown.join(', ')}, allowed fleets whose figures are known`];
  }
  return sum > most
    ? [`${flag}: got up to ${Number(sum.toFixed(3))} ${unit} at the greatest sizes, allowed ${most} ${unit}`]
    : [];
}
