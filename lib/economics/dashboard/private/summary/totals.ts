import { FleetEconomics } from '../../../fleet-economics';
import { WidgetIds } from '../inline-expression';
import { sumMetrics } from '../sum-metrics';
import { numbers, WidgetMaker } from '../widgets';
import { Figure } from './figures';
import { addendsOf, boundLabel, KnownFigure, knownFigures } from './known-figure';

/** The sums of figures over all fleets as numbers; nothing when none is known. */
export function totals(title: string, figures: readonly Figure[], all: readonly FleetEconomics[]): WidgetMaker[] {
  const ids = new WidgetIds();
  const metrics = figures.flatMap((figure, place) => {
    const known = knownFigures(figure, all);
    return differentBounds(known).map((bound, index) =>
      sumMetrics(addendsOf(known, bound), { label: boundLabel(bound, known, all), ids, id: `s${place}x${index}y` }),
    );
  });
  return metrics.length > 0 ? [numbers(title, metrics)] : [];
}

/** The names of the bounds; of those that are the same for every fleet only the last. */
function differentBounds(known: readonly KnownFigure[]): string[] {
  const names = Object.keys(known[0]?.bounds ?? {});
  return names.filter(
    (name, index) =>
      !names.slice(index + 1).some((later) => known.every(({ bounds }) => bounds[later] === bounds[name])),
  );
}
