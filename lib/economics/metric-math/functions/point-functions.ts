import { derived, eachSeries, mapPoints, Series, storable } from '../value';
import { FunctionContext, isSeriesLike, MetricMathFunction } from './metric-math-function';

/** A function that makes a series of a series, and an array of an array. */
function ofEach(name: string, change: (series: Series, context: FunctionContext) => Series): MetricMathFunction {
  return {
    usage: `${name}(time series or array of time series)`,
    apply: ([value, ...rest], context) =>
      isSeriesLike(value) && rest.length === 0 ? eachSeries(value, (series) => change(series, context)) : undefined,
  };
}

/** A function of single values. A value for which it has no result, as LOG of 0, loses its point. */
function ofPoints(name: string, change: (value: number) => number): MetricMathFunction {
  return ofEach(name, (series) => mapPoints(series, change));
}

/** A function of a value and of the one before it in the series, however long before; the first has none. */
function ofSteps(name: string, change: (difference: number, seconds: number) => number): MetricMathFunction {
  return ofEach(name, (series, { grid: { period } }) => {
    let previous: { readonly value: number; readonly index: number } | undefined;
    const points = series.points.map((value, index) => {
      if (value === undefined) {
        return undefined;
      }
      const before = previous;
      previous = { value, index };
      return before && storable(change(value - before.value, (index - before.index) * period));
    });
    return derived(series, points);
  });
}

/** The guide does not say what the running sum of a missing point is: it stays missing. */
function runningSum(series: Series): Series {
  let total = 0;
  return mapPoints(series, (value) => (total += value));
}

export const POINT_FUNCTIONS: Readonly<Record<string, MetricMathFunction>> = {
  ABS: ofPoints('ABS', Math.abs),
  CEIL: ofPoints('CEIL', Math.ceil),
  FLOOR: ofPoints('FLOOR', Math.floor),
  LOG: ofPoints('LOG', Math.log),
  LOG10: ofPoints('LOG10', Math.log10),
  DIFF: ofSteps('DIFF', (difference) => difference),
  DIFF_TIME: ofSteps('DIFF_TIME', (_, seconds) => seconds),
  RATE: ofSteps('RATE', (difference, seconds) => difference / seconds),
  RUNNING_SUM: ofEach('RUNNING_SUM', runningSum),
};
