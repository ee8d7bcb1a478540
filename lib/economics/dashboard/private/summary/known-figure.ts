import { FleetEconomics } from '../../../fleet-economics';
import { Addend } from '../sum-metrics';
import { Bounds, Figure } from './figures';

/** A fleet whose figure is known. */
export interface KnownFigure {
  readonly economics: FleetEconomics;
  /** What tells its metrics from those of the other fleets of a widget. */
  readonly owner: string;
  readonly bounds: Bounds;
}

export function knownFigures(figure: Figure, all: readonly FleetEconomics[]): KnownFigure[] {
  return all.flatMap((economics, index) => {
    const bounds = figure.of(economics);
    return bounds ? [{ economics, owner: String(index), bounds }] : [];
  });
}

export function addendsOf(known: readonly KnownFigure[], bound: string): Addend[] {
  return known.map(({ owner, bounds }) => ({ owner, metric: bounds[bound] }));
}

/** What a bound is of, when not every fleet has it. */
export function boundLabel(bound: string, known: readonly KnownFigure[], all: readonly FleetEconomics[]): string {
  return known.length < all.length ? `${bound} (${known.length} of ${all.length} fleets)` : bound;
}
