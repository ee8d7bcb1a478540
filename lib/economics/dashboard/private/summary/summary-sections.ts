import { Construct } from 'constructs';
import { FleetEconomics } from '../../../fleet-economics';
import { DASHBOARD_LIMITS } from '../dashboard-limits';
import { Section } from '../pages';
import { bars, headedRows, table } from '../widgets';
import { placeOf, placesGraph } from './by-place';
import {
  CARBON,
  EFFECTIVE_COST,
  FAILED_REQUESTS,
  Figure,
  INSTANCES,
  LIST_PRICE,
  POWER,
  REQUESTS,
  WAITING_JOBS,
} from './figures';
import { ranking } from './ranking';
import { summaryText } from './summary-text';
import { total } from './totals';

/** Of a fleet on a ranking: its expression, and two metrics in that. */
const METRICS_PER_RANKED_FLEET = 3;
const MOST_RANKED = Math.floor((DASHBOARD_LIMITS.metricsPerWidget - 1) / METRICS_PER_RANKED_FLEET);

/** What fleets do, have, draw and cost together, and which of them most. */
export function summarySections(all: readonly FleetEconomics[], dashboard: Construct): Section[] {
  const places = new Set(all.map((economics) => placeOf(economics, dashboard)));
  const graphs = (...figures: Figure[]) => figures.flatMap((figure) => placesGraph(figure, all, dashboard));
  const sections = [
    [
      [summaryText(all, dashboard)],
      ...headedRows(
        'Now',
        [INSTANCES, POWER, CARBON, LIST_PRICE, EFFECTIVE_COST].flatMap((figure) => total(figure, all)),
      ),
    ],
    headedRows(places.size > 1 ? 'By region' : 'Over time', graphs(INSTANCES, POWER, LIST_PRICE)),
    headedRows('By fleet', [
      ...ranking(POWER, all, MOST_RANKED, bars),
      ...ranking(LIST_PRICE, all, MOST_RANKED, table),
    ]),
    headedRows('Service', graphs(REQUESTS, FAILED_REQUESTS, WAITING_JOBS)),
  ];
  return sections.filter((section) => section.length > 0);
}
