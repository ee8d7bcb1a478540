import { ownValue } from '../../../catalog/private/own-value';
import { MetricMathProblem } from '../metric-math-problem';
import { TimeGrid } from '../time-grid';
import { Points } from '../value';

/** A data point: a statistic over the period that begins at the timestamp. */
export interface DataPoint {
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly value: number;
}

const AGGREGATES: Readonly<Record<string, (values: readonly number[]) => number>> = {
  Sum: (values) => values.reduce((total, value) => total + value, 0),
  SampleCount: (values) => values.reduce((total, value) => total + value, 0),
  Minimum: (values) => values.reduce((least, value) => Math.min(least, value)),
  Maximum: (values) => values.reduce((most, value) => Math.max(most, value)),
  // Exact when each point stands for as many samples, as those of a metric that is published at a fixed rate do.
  Average: (values) => values.reduce((total, value) => total + value, 0) / values.length,
};

/**
 * Brings data points onto the periods of a grid. Over shorter periods than the data has, a point stands at the period in
 * which it begins, and the others are empty, as CloudWatch returns it.
 *
 * @throws MetricMathProblem when points would have to be merged whose statistic cannot be: percentiles
 */
export function aggregate(data: readonly DataPoint[], stat: string, grid: TimeGrid): Points {
  const groups = Array.from({ length: grid.length }, (): number[] => []);
  for (const { timestamp, value } of data) {
    groups[Math.floor((timestamp - grid.start) / grid.period)]?.push(value);
  }
  return groups.map((values) => {
    if (values.length <= 1) {
      return values[0];
    }
    const merge = ownValue(AGGREGATES, stat);
    if (!merge) {
      throw cannotMerge(stat, grid.period);
    }
    return merge(values);
  });
}

function cannotMerge(stat: string, period: number): MetricMathProblem {
  return new MetricMathProblem({
    what: `the statistic ${stat}`,
    got: `data of shorter periods than ${period} seconds`,
    allowed: `${Object.keys(AGGREGATES).join(', ')}, which can be made of those of shorter periods`,
    fix: `record the metric with a period of ${period} seconds`,
  });
}
