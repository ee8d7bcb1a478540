import { BoundedFleet } from './bounded-fleet';

/** What a budget is counted in, and how it is worded. */
export interface BudgetUnit {
  /** The property that holds the budget. */
  readonly property: string;
  /** For example `kW`. */
  readonly symbol: string;
  /** Digits after the point. */
  readonly digits: number;
  /** What a mix does: `draw` or `cost`. */
  readonly verb: string;
  /** Why a group has more than its greatest size, for example `while it rolls out`. */
  readonly occasion: string;
}

/** A figure that is enough when it is copied: rounded up. */
export function enough(figure: number, { digits, symbol }: BudgetUnit): string {
  const scale = 10 ** digits;
  // What is a rounding error above a figure of so many digits is that figure.
  return `${Math.ceil(figure * scale - 1e-6) / scale} ${symbol}`;
}

/** A figure that is not promised too high: rounded down. */
export function atMost(figure: number, { digits, symbol }: BudgetUnit): string {
  const scale = 10 ** digits;
  return `${Math.floor(figure * scale + 1e-6) / scale} ${symbol}`;
}

/** How the worst case of a limit comes about. */
export function arithmetic(fleet: BoundedFleet, limit: number, unit: BudgetUnit): string {
  const units = fleet.unitsAt(limit);
  const more = units > limit ? ` can become ${fleet.inWords(units)} ${unit.occasion}, which` : '';
  const { instanceType } = fleet.mix.densest;
  return `${fleet.inWords(limit)}${more} ${unit.verb} ${enough(fleet.worstAt(limit), unit)} in the worst mix (${instanceType} has the most for its size)`;
}
