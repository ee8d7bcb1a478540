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

/** The bounds of fleets, without one that is for every fleet the same as a later one. */
export function differentBounds(known: readonly KnownFigure[]): string[] {
  const names = Object.keys(known[0]?.bounds ?? {});
  return names.filter(
    (name, index) =>
      !names.slice(index + 1).some((later) => known.every(({ bounds }) => bounds[later] === bounds[name])),
  );
}

/** Says of how many fleets a figure is, when it is not that of all. */
export function coverage(known: readonly KnownFigure[], all: readonly FleetEconomics[]): string {
  return known.length < all.length ? `, ${known.length} of ${all.length} fleets` : '';
}

/** Says which bound is shown, when there are several. */
export function boundTitle({ name, main }: Figure, known: readonly KnownFigure[]): string {
  return differentBounds(known).length > 1 ? `${name}, ${main}` : name;
}
