import { FleetEconomics } from '../../../fleet-economics';
import { WidgetIds } from '../inline-expression';
import { sumMetrics } from '../sum-metrics';
import { numbers, WidgetMaker } from '../widgets';
import { Figure } from './figures';
import { addendsOf, coverage, differentBounds, knownFigures } from './known-figure';

/** The sum of a figure over all fleets as numbers; nothing when it is known of none. */
export function total(figure: Figure, all: readonly FleetEconomics[]): WidgetMaker[] {
  const ids = new WidgetIds();
  const known = knownFigures(figure, all);
  const bounds = differentBounds(known);
  const metrics = bounds.map((bound, index) =>
    sumMetrics(addendsOf(known, bound), { label: bounds.length > 1 ? bound : figure.unit, ids, id: `s${index}x` }),
  );
  const unit = bounds.length > 1 ? `, ${figure.unit}` : '';
  return metrics.length > 0 ? [numbers(`${figure.name}${unit}${coverage(known, all)}`, metrics)] : [];
}
