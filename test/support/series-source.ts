import { MetricMathRequest, MetricQuery, MetricSource, TimeRange } from '../../lib/economics/metric-math';

/** A gap in a series. */
export const _ = undefined;

/** Monday, 2 November 2026, 00:00 UTC. */
export const MONDAY = Date.UTC(2026, 10, 2) / 1000;

/** Metrics by their ids, a value for each period of five minutes. */
export type SeriesById = Readonly<Record<string, readonly (number | undefined)[]>>;

/** Gives metrics the values of the series with their name, one per period and whatever the statistic. */
export function seriesSource(series: SeriesById): MetricSource {
  return {
    points: ({ metricName }, _stat, { length }) => Array.from({ length }, (__, index) => series[metricName][index]),
  };
}

/** What an expression makes of metrics with these ids: the values of each of its series. */
export function evaluateOver(
  expression: string,
  series: SeriesById,
  { start = MONDAY, period = 300 }: { start?: number; period?: number } = {},
): (number | undefined)[][] {
  const length = Math.max(1, ...Object.values(series).map((values) => values.length));
  const range: TimeRange = { start, end: start + length * period };
  const metrics: MetricQuery[] = Object.keys(series).map((id) => ({
    id,
    label: id,
    metric: { namespace: 'Test', metricName: id, dimensions: {} },
    stat: 'Average',
    period,
  }));
  const query: MetricQuery = { expression };
  const request = new MetricMathRequest([...metrics, query], range, seriesSource(series));
  return request.evaluate(query).map((each) => [...each.series.points]);
}

/** As `evaluateOver`, of an expression that makes one series. */
export function oneSeries(...args: Parameters<typeof evaluateOver>): (number | undefined)[] {
  const all = evaluateOver(...args);
  if (all.length !== 1) {
    throw new Error(`${all.length} series, expected one`);
  }
  return all[0];
}
