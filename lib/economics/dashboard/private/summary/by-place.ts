import { Construct } from 'constructs';
import { FleetEconomics } from '../../../fleet-economics';
import { otherAccountOf, regionOf } from '../fleet-place';
import { WidgetIds } from '../inline-expression';
import { sumMetrics } from '../sum-metrics';
import { graph, WidgetMaker } from '../widgets';
import { Figure } from './figures';
import { addendsOf, boundTitle, coverage, knownFigures } from './known-figure';

/** Region of a fleet, and its account where that is another than the dashboard's. */
export function placeOf({ fleet }: FleetEconomics, dashboard: Construct): string {
  const account = otherAccountOf(fleet, dashboard);
  return account ? `${regionOf(fleet)}, account ${account}` : regionOf(fleet);
}

/** The sums of a figure in each place over time, on top of each other; nothing when it is known of no fleet. */
export function placesGraph(figure: Figure, all: readonly FleetEconomics[], dashboard: Construct): WidgetMaker[] {
  const ids = new WidgetIds();
  const known = knownFigures(figure, all);
  const places = [...new Set(known.map(({ economics }) => placeOf(economics, dashboard)))];
  const left = places.map((place, index) => {
    const here = known.filter(({ economics }) => placeOf(economics, dashboard) === place);
    return sumMetrics(addendsOf(here, figure.main), { label: place, ids, id: `p${index}x` });
  });
  const title = `${boundTitle(figure, known)}${coverage(known, all)}`;
  return left.length > 0 ? [graph({ title, unit: figure.unit, left, stacked: left.length > 1 })] : [];
}
