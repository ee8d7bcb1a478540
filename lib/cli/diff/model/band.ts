/** A figure of one fleet or of several: the least and the greatest, and the typical one where a model says it. */
export interface Band {
  readonly low: number;
  readonly typical?: number;
  readonly high: number;
}

/** What a fleet that does not exist costs and draws. */
export const NOTHING: Band = { low: 0, typical: 0, high: 0 };

/** The sum; typical only when both have it. */
export function addBands(one: Band, other: Band): Band {
  const typical = one.typical === undefined || other.typical === undefined ? undefined : one.typical + other.typical;
  return { low: one.low + other.low, typical, high: one.high + other.high };
}

/** A figure on both sides; nothing where it is not known. */
export interface FigureChange {
  readonly before?: Band;
  readonly after?: Band;
}

/** Whether a figure is the same on both sides to nine digits: sums of floating point numbers differ behind that. */
export function isSameFigure({ before, after }: FigureChange): boolean {
  if (before === undefined || after === undefined) {
    return before === after;
  }
  const same = (one: number, other: number): boolean => one.toPrecision(9) === other.toPrecision(9);
  return same(before.low, after.low) && same(before.high, after.high);
}
