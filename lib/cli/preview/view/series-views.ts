import {
  EvaluatedSeries,
  isExpression,
  MetricMathRequest,
  MetricQuery,
  MetricSource,
  present,
  TimeRange,
} from '../../../economics/metric-math';
import { FleetConfigError } from '../../../validation';
import { MetricRow } from '../dashboard/metric-rows';
import { simulatedMetric } from '../data/simulated-metric';
import { defaultLabel, dynamicLabel } from './labels';
import { SeriesView } from './preview-view';

/** The visible series of a widget, and what of it could not be evaluated. */
export interface EvaluatedRows {
  readonly series: readonly SeriesView[];
  readonly problems: readonly string[];
}

/** Evaluates the rows of a widget. One that cannot be evaluated leaves the others as they are. */
export function evaluateRows(rows: readonly MetricRow[], range: TimeRange, source: MetricSource): EvaluatedRows {
  const problems: string[] = [];
  const series: SeriesView[] = [];
  const queries = rows.map(({ query }) => query);
  const attempt = <T>(step: () => T): T | undefined => {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof FleetConfigError)) {
        throw error;
      }
      problems.push(error.message);
      return undefined;
    }
  };
  const request = attempt(() => new MetricMathRequest(queries, range, source));
  for (const row of request ? rows.filter(({ visible }) => visible) : []) {
    const evaluated = attempt(() => request!.evaluate(row.query)) ?? [];
    evaluated.forEach((each) => {
      series.push(seriesView(row, each, { queries, count: evaluated.length, paletteIndex: series.length }));
    });
  }
  return { series, problems };
}

interface Place {
  readonly queries: readonly MetricQuery[];
  /** Number of series that the row makes. */
  readonly count: number;
  readonly paletteIndex: number;
}

function seriesView(row: MetricRow, { grid, series }: EvaluatedSeries, place: Place): SeriesView {
  const { query, axis, color } = row;
  const own = place.count > 1 ? series.label : defaultLabel(query, place.queries);
  // "Expression-Label Metric-Label" is the caption of each of several series of an expression.
  const given = row.label !== undefined && place.count > 1 ? `${row.label} ${own}`.trim() : (row.label ?? own);
  return {
    label: dynamicLabel(given, query, own, series.points),
    axis,
    color,
    paletteIndex: place.paletteIndex,
    unit: isExpression(query) ? undefined : unitOf(query.metric),
    start: grid.start,
    period: grid.period,
    values: series.points.map((value) => (value === undefined ? null : Number(value.toPrecision(8)))),
    latest: present(series).at(-1),
  };
}

function unitOf({ namespace, metricName }: { namespace: string; metricName: string }): string | undefined {
  const { unit } = simulatedMetric(namespace, metricName);
  return unit === 'None' ? undefined : unit;
}
