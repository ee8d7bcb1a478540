import { derived, present, scalar, Series, Value } from '../value';
import { isSeriesLike, MetricMathFunction } from './metric-math-function';

/** A statistic of numbers, of which some are missing. */
type Statistic = (values: readonly number[], missing: number) => number | undefined;

const count: Statistic = (values) => values.length;
const sum: Statistic = (values) => values.reduce((total, value) => total + value, 0);
const ofAny =
  (statistic: (values: readonly number[]) => number): Statistic =>
  (values) =>
    values.length === 0 ? undefined : statistic(values);

/**
 * "Missing values are treated as 0", says the guide of AVG alone, and offers `SUM(m1) / DATAPOINT_COUNT(m1)` for the
 * average of sparse metrics. Of MIN, MAX and STDDEV it does not say: they look at the points that exist. Nor does it say
 * whether STDDEV is that of a sample or of the population: this is the population's.
 */
const STATISTICS = {
  AVG: (values: readonly number[], missing: number) =>
    values.length === 0 ? undefined : sum(values, 0)! / (values.length + missing),
  MAX: ofAny((values) => values.reduce((most, value) => Math.max(most, value))),
  MIN: ofAny((values) => values.reduce((least, value) => Math.min(least, value))),
  STDDEV: ofAny((values) => {
    const mean = values.reduce((total, value) => total + value, 0) / values.length;
    return Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length);
  }),
  SUM: sum,
  DATAPOINT_COUNT: count,
} as const satisfies Record<string, Statistic>;

export type StatisticName = keyof typeof STATISTICS;

/** A statistic over the points of one series: a number. */
export function statisticOf(name: StatisticName, series: Series): number | undefined {
  const values = present(series);
  return STATISTICS[name](values, series.points.length - values.length);
}

/** Of one series a number over its points; of an array a series, over its series at each point in time. */
function statistic(name: StatisticName): MetricMathFunction {
  return {
    usage: `${name}(time series or array of time series)`,
    apply: ([value, ...rest]) => {
      if (!isSeriesLike(value) || rest.length > 0) {
        return undefined;
      }
      return value.type === 'series' ? scalar(statisticOf(name, value)) : across(name, value.series);
    },
  };
}

function across(name: StatisticName, series: readonly Series[]): Value {
  const length = Math.max(0, ...series.map(({ points }) => points.length));
  return derived(
    { label: name },
    Array.from({ length }, (_, index) => {
      const values = series.map(({ points }) => points[index]).filter((value) => value !== undefined);
      // Where no series has a point there is none of the result either, also for the sum and the count.
      return values.length === 0 ? undefined : STATISTICS[name](values, series.length - values.length);
    }),
  );
}

export const STATISTIC_FUNCTIONS: Readonly<Record<string, MetricMathFunction>> = Object.fromEntries(
  (Object.keys(STATISTICS) as StatisticName[]).map((name) => [name, statistic(name)]),
);
