import { FleetEstimate } from '../../../economics/fleet-estimate';
import { addBands, Band, FigureChange, isSameFigure, NOTHING } from './band';

/** A month as AWS's price calculator has it. */
const HOURS_PER_MONTH = 730;

/** The figures of a fleet that are compared, by name. */
export const FIGURES = {
  /** On-demand list price, in USD per month of 730 hours. */
  listUsdPerMonth: { of: (fleet: FleetEstimate) => times(fleet.listPriceUsdPerHour, HOURS_PER_MONTH) },
  /** What the user pays by the price book, in USD per month of 730 hours. */
  effectiveUsdPerMonth: { of: (fleet: FleetEstimate) => times(fleet.effectivePriceUsdPerHour, HOURS_PER_MONTH) },
  /** Watts at no load; an estimate. */
  idleWatts: { of: (fleet: FleetEstimate) => fleet.idleWatts },
  /** Watts at full load; an estimate. */
  fullLoadWatts: { of: (fleet: FleetEstimate) => fleet.fullLoadWatts },
  /** kg CO2e per month of 730 hours at full load; an estimate. */
  fullLoadCarbonKilogramsPerMonth: {
    of: (fleet: FleetEstimate) => times(fleet.fullLoadCarbonGramsPerHour, HOURS_PER_MONTH / 1000),
  },
} as const satisfies Record<string, { readonly of: (fleet: FleetEstimate) => Band | undefined }>;

export type FigureName = keyof typeof FIGURES;

export const FIGURE_NAMES = Object.keys(FIGURES) as FigureName[];

export type ChangeKind = 'added' | 'removed' | 'changed' | 'unchanged';

/** What becomes of a fleet. */
export interface FleetChange {
  /** Construct path of the fleet. */
  readonly fleet: string;
  readonly kind: ChangeKind;
  /** What the fleet was. */
  readonly before?: FleetEstimate;
  /** What the fleet becomes. */
  readonly after?: FleetEstimate;
  readonly figures: Readonly<Record<FigureName, FigureChange>>;
}

/** The sum of a figure over the fleets of which it is known on both sides. */
export interface TotalChange extends FigureChange {
  /** Fleets that are not in the sum, because the figure is not known on a side. */
  readonly unknownFleets: number;
}

/** Compares the estimates of two assemblies, fleet by fleet, in the order of the newer one. */
export function compareFleets(base: readonly FleetEstimate[], head: readonly FleetEstimate[]): FleetChange[] {
  const before = byFleet(base);
  const after = byFleet(head);
  return [...new Set([...after.keys(), ...before.keys()])].map((fleet) =>
    compareFleet(fleet, before.get(fleet), after.get(fleet)),
  );
}

/** Sums a figure. */
export function totalOf(fleets: readonly FleetChange[], name: FigureName): TotalChange {
  const known = fleets
    .map(({ figures }) => figures[name])
    .filter(({ before, after }) => before !== undefined && after !== undefined);
  const sum = (side: 'before' | 'after'): Band | undefined =>
    known.length === 0 ? undefined : known.reduce((total, figure) => addBands(total, figure[side] ?? NOTHING), NOTHING);
  return { before: sum('before'), after: sum('after'), unknownFleets: fleets.length - known.length };
}

/** A fleet that is shown twice left its estimate twice; the last one stands. */
function byFleet(estimates: readonly FleetEstimate[]): Map<string, FleetEstimate> {
  return new Map(estimates.map((estimate) => [estimate.fleet, estimate]));
}

function compareFleet(fleet: string, before?: FleetEstimate, after?: FleetEstimate): FleetChange {
  const entries = FIGURE_NAMES.map((name) => {
    const of = FIGURES[name].of;
    return [name, { before: before ? of(before) : NOTHING, after: after ? of(after) : NOTHING }] as const;
  });
  const figures = Object.fromEntries(entries) as Record<FigureName, FigureChange>;
  return { fleet, kind: kindOf(figures, before, after), before, after, figures };
}

function kindOf(
  figures: Readonly<Record<FigureName, FigureChange>>,
  before?: FleetEstimate,
  after?: FleetEstimate,
): ChangeKind {
  if (before === undefined || after === undefined) {
    return before === undefined ? 'added' : 'removed';
  }
  const described = ({ region, instances, instanceTypes, note }: FleetEstimate): string =>
    JSON.stringify([region, instances, instanceTypes, note]);
  const same = described(before) === described(after) && FIGURE_NAMES.every((name) => isSameFigure(figures[name]));
  return same ? 'unchanged' : 'changed';
}

function times(range: { low: number; typical?: number; high: number } | undefined, factor: number): Band | undefined {
  if (range === undefined) {
    return undefined;
  }
  const { low, typical, high } = range;
  return { low: low * factor, typical: typical === undefined ? undefined : typical * factor, high: high * factor };
}
