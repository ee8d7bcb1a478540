import { Argument, derived, eachSeries, Points, Series } from '../value';
import { isSeriesLike, MetricMathFunction } from './metric-math-function';

/**
 * `FILL`. The guide does not say what becomes of a gap at the start (nothing repeats into it) or of one at either end
 * (LINEAR needs a value on both sides): they stay.
 */
export const FILL: MetricMathFunction = {
  usage: 'FILL(time series or array of time series, number, time series, REPEAT or LINEAR)',
  apply: ([value, filler, ...rest]) => {
    if (!isSeriesLike(value) || filler === undefined || rest.length > 0) {
      return undefined;
    }
    const fill = fillerOf(filler);
    return fill && eachSeries(value, (series) => derived(series, fill(series)));
  },
};

function fillerOf(filler: Argument): ((series: Series) => Points) | undefined {
  switch (filler.type) {
    case 'scalar':
      return ({ points }) => points.map((value) => value ?? filler.value);
    case 'series':
      return ({ points }) => points.map((value, index) => value ?? filler.points[index]);
    case 'keyword':
      return { REPEAT: repeat, LINEAR: interpolate }[filler.name];
    default:
      return undefined;
  }
}

/** "The most recent actual value of the metric before the missing value." */
function repeat({ points }: Series): Points {
  let last: number | undefined;
  return points.map((value) => (last = value ?? last));
}

/** "A linear interpolation between the values at the beginning and the end of the gap." */
function interpolate({ points }: Series): Points {
  const filled = [...points];
  let before = -1;
  points.forEach((value, index) => {
    if (value === undefined) {
      return;
    }
    const start = points[before];
    for (let gap = before + 1; start !== undefined && gap < index; gap += 1) {
      filled[gap] = start + ((value - start) * (gap - before)) / (index - before);
    }
    before = index;
  });
  return filled;
}
