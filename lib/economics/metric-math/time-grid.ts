/** The points in time of an evaluation. Every series of one expression stands on the same. */
export interface TimeGrid {
  /** Start of the first period, in seconds since 1970. */
  readonly start: number;
  /** Length of a period, in seconds. */
  readonly period: number;
  /** Number of periods. */
  readonly length: number;
}

/** A range of time, in seconds since 1970; `end` is not in it. */
export interface TimeRange {
  readonly start: number;
  readonly end: number;
}

/** Periods begin at multiples of their length, as CloudWatch aligns them; a period as long as the range is the range. */
export function timeGrid({ start, end }: TimeRange, period: number): TimeGrid {
  if (period >= end - start) {
    return { start, period, length: 1 };
  }
  const first = Math.floor(start / period) * period;
  return { start: first, period, length: Math.max(1, Math.ceil((end - first) / period)) };
}

export function timestampsOf({ start, period, length }: TimeGrid): number[] {
  return Array.from({ length }, (_, index) => start + index * period);
}
