import { Argument, present, scalar, Series, SeriesArray, Value } from '../value';
import { isScalar, MetricMathFunction } from './metric-math-function';
import { statisticOf, StatisticName } from './statistics';

const SORT_STATISTICS: readonly string[] = ['AVG', 'MIN', 'MAX', 'SUM'];

/** Functions of arrays of time series. */
export const ARRAY_FUNCTIONS: Readonly<Record<string, MetricMathFunction>> = {
  FIRST: ofArray('FIRST(array of time series)', ({ series }) => series[0]),
  LAST: ofArray('LAST(array of time series)', ({ series }) => series[series.length - 1]),
  METRIC_COUNT: ofArray('METRIC_COUNT(array of time series)', ({ series }) => scalar(series.length)),
  REMOVE_EMPTY: ofArray('REMOVE_EMPTY(array of time series)', ({ series }) =>
    array(series.filter((each) => present(each).length > 0)),
  ),
  SLICE: {
    usage: 'SLICE(array of time series, first, end), the first has number 0, and the end is not included',
    apply: ([value, first, end, ...rest]) => {
      const isRange = isScalar(first) && (end === undefined || isScalar(end));
      return value?.type === 'array' && isRange && rest.length === 0
        ? array(value.series.slice(first.value, end?.value))
        : undefined;
    },
  },
  SORT: {
    usage: 'SORT(array of time series, AVG, MIN, MAX or SUM, ASC or DESC, optionally how many to keep)',
    apply: ([value, statistic, order, limit, ...rest]) => {
      if (value?.type !== 'array' || rest.length > 0 || !(limit === undefined || isScalar(limit))) {
        return undefined;
      }
      const by = keyword(statistic, SORT_STATISTICS) as StatisticName | undefined;
      const direction = keyword(order, ['ASC', 'DESC']);
      return by && direction ? array(sorted(value.series, by, direction).slice(0, limit?.value)) : undefined;
    },
  },
  METRICS: {
    usage: 'METRICS(), or METRICS("part of the ids")',
    apply: ([part, ...rest], context) => {
      if (rest.length > 0 || !(part === undefined || part.type === 'text')) {
        return undefined;
      }
      const metrics = context.metrics().filter(({ id }) => part === undefined || id?.includes(part.text));
      return array(metrics.map(({ series }) => series));
    },
  },
};

function ofArray(usage: string, change: (value: SeriesArray) => Value | undefined): MetricMathFunction {
  return {
    usage,
    apply: ([value, ...rest]) => (value?.type === 'array' && rest.length === 0 ? change(value) : undefined),
  };
}

/** Series without a point come last in either order: the guide does not say where. */
function sorted(series: readonly Series[], by: StatisticName, direction: string): Series[] {
  const sign = direction === 'ASC' ? 1 : -1;
  const ranked = series.map((each) => ({
    each,
    rank: present(each).length === 0 ? undefined : statisticOf(by, each),
  }));
  ranked.sort((left, right) =>
    left.rank === undefined || right.rank === undefined
      ? Number(left.rank === undefined) - Number(right.rank === undefined)
      : sign * (left.rank - right.rank),
  );
  return ranked.map(({ each }) => each);
}

function keyword(argument: Argument | undefined, allowed: readonly string[]): string | undefined {
  return argument?.type === 'keyword' && allowed.includes(argument.name) ? argument.name : undefined;
}

function array(series: readonly Series[]): SeriesArray {
  return { type: 'array', series };
}
