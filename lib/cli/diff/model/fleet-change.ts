import { FleetPlan, PurchasePlan, SizePlan, StackPlan } from '../../plan/plan-report';
import { HOURS_PER_MONTH } from '../../plan/totals';
import { addBands, Band, FigureChange, isSameFigure, NOTHING } from './band';

/** The figures of a fleet that are compared, by name: at its least size, and what it may grow to. */
export const FIGURES = {
  /** On-demand list price, in USD per month of 730 hours. */
  listUsdPerMonth: { of: ({ least }) => times(least?.listPriceUsdPerHour, HOURS_PER_MONTH) },
  /** The same at the greatest size. */
  greatestListUsdPerMonth: { of: ({ greatest }) => times(greatest?.listPriceUsdPerHour, HOURS_PER_MONTH) },
  /** What the user pays by the price book, in USD per month of 730 hours. */
  effectiveUsdPerMonth: { of: ({ least }) => times(least?.effectivePriceUsdPerHour, HOURS_PER_MONTH) },
  /** The same at the greatest size. */
  greatestEffectiveUsdPerMonth: { of: ({ greatest }) => times(greatest?.effectivePriceUsdPerHour, HOURS_PER_MONTH) },
  /** Watts at no load; an estimate. */
  idleWatts: { of: ({ least }) => least?.idleWatts },
  /** Watts at full load; an estimate. */
  fullLoadWatts: { of: ({ least }) => least?.fullLoadWatts },
  /** The same at the greatest size. */
  greatestFullLoadWatts: { of: ({ greatest }) => greatest?.fullLoadWatts },
  /** kg CO2e per month of 730 hours at full load; an estimate. */
  fullLoadCarbonKilogramsPerMonth: {
    of: ({ least }) => times(least?.fullLoadCarbonGramsPerHour, HOURS_PER_MONTH / 1000),
  },
} as const satisfies Record<string, { readonly of: (fleet: FleetPlan) => Band | undefined }>;

export type FigureName = keyof typeof FIGURES;

export const FIGURE_NAMES = Object.keys(FIGURES) as FigureName[];

export type ChangeKind = 'added' | 'removed' | 'changed' | 'unchanged';

/** What a fleet is on one side. */
export interface FleetSide {
  /** Nothing when it is only known at deployment. */
  readonly region?: string;
  /** Most wanted first. */
  readonly instanceTypes: readonly string[];
  readonly size: SizePlan;
  readonly purchase?: PurchasePlan;
  /** What the figures are for, where that is not the least size. */
  readonly note?: string;
}

/** What becomes of a fleet. */
export interface FleetChange {
  /** Construct path of the fleet. */
  readonly fleet: string;
  readonly kind: ChangeKind;
  /** What the fleet was. */
  readonly before?: FleetSide;
  /** What the fleet becomes. */
  readonly after?: FleetSide;
  readonly figures: Readonly<Record<FigureName, FigureChange>>;
}

/** The sum of a figure over the fleets of which it is known on both sides. */
export interface TotalChange extends FigureChange {
  /** Fleets that are not in the sum, because the figure is not known on a side. */
  readonly unknownFleets: number;
}

/** Compares the fleets of two plans, in the order of the newer one. */
export function compareFleets(base: readonly StackPlan[], head: readonly StackPlan[]): FleetChange[] {
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

interface PlannedFleet {
  readonly plan: FleetPlan;
  readonly side: FleetSide;
}

function byFleet(stacks: readonly StackPlan[]): Map<string, PlannedFleet> {
  const fleets = stacks.flatMap(({ region, fleets: plans }) =>
    plans.map((plan) => ({ plan, side: sideOf(plan, region) })),
  );
  return new Map(fleets.map((planned) => [planned.plan.fleet, planned]));
}

function sideOf({ instanceTypes, size, purchase, least }: FleetPlan, region?: string): FleetSide {
  return {
    region,
    instanceTypes: instanceTypes.map(({ instanceType }) => instanceType),
    size,
    purchase,
    note: least?.note,
  };
}

function compareFleet(fleet: string, before?: PlannedFleet, after?: PlannedFleet): FleetChange {
  const entries = FIGURE_NAMES.map((name) => {
    const of = FIGURES[name].of;
    return [name, { before: before ? of(before.plan) : NOTHING, after: after ? of(after.plan) : NOTHING }] as const;
  });
  const figures = Object.fromEntries(entries) as Record<FigureName, FigureChange>;
  return { fleet, kind: kindOf(figures, before?.side, after?.side), before: before?.side, after: after?.side, figures };
}

function kindOf(
  figures: Readonly<Record<FigureName, FigureChange>>,
  before?: FleetSide,
  after?: FleetSide,
): ChangeKind {
  if (before === undefined || after === undefined) {
    return before === undefined ? 'added' : 'removed';
  }
  const isSame =
    JSON.stringify(before) === JSON.stringify(after) && FIGURE_NAMES.every((name) => isSameFigure(figures[name]));
  return isSame ? 'unchanged' : 'changed';
}

function times(range: { low: number; typical?: number; high: number } | undefined, factor: number): Band | undefined {
  if (range === undefined) {
    return undefined;
  }
  const { low, typical, high } = range;
  return { low: low * factor, typical: typical === undefined ? undefined : typical * factor, high: high * factor };
}
