import { timestampsOf } from '../time-grid';
import { derived, scalar } from '../value';
import { isScalar, MetricMathFunction } from './metric-math-function';

/**
 * "These functions take the period and range of the time series and return a new non-sparse time series where each value
 * is based on its timestamp", in UTC. DAY is 1 on Monday and 7 on Sunday.
 */
function ofTimestamp(name: string, part: (date: Date) => number): MetricMathFunction {
  return {
    usage: `${name}(time series)`,
    apply: ([value, ...rest], { grid }) =>
      value?.type === 'series' && rest.length === 0
        ? derived(
            value,
            timestampsOf(grid).map((timestamp) => part(new Date(timestamp * 1000))),
          )
        : undefined,
  };
}

/** Functions of time. */
export const TIME_FUNCTIONS: Readonly<Record<string, MetricMathFunction>> = {
  MINUTE: ofTimestamp('MINUTE', (date) => date.getUTCMinutes()),
  HOUR: ofTimestamp('HOUR', (date) => date.getUTCHours()),
  DAY: ofTimestamp('DAY', (date) => date.getUTCDay() || 7),
  DATE: ofTimestamp('DATE', (date) => date.getUTCDate()),
  MONTH: ofTimestamp('MONTH', (date) => date.getUTCMonth() + 1),
  YEAR: ofTimestamp('YEAR', (date) => date.getUTCFullYear()),
  EPOCH: ofTimestamp('EPOCH', (date) => date.getTime() / 1000),
  PERIOD: {
    usage: 'PERIOD(metric), not of the result of an expression',
    apply: ([value, ...rest]) =>
      value?.type === 'series' && value.metricPeriod !== undefined && rest.length === 0
        ? scalar(value.metricPeriod)
        : undefined,
  },
  TIME_SERIES: {
    usage: 'TIME_SERIES(number)',
    apply: ([value, ...rest], { grid }) =>
      isScalar(value) && rest.length === 0
        ? derived(
            { label: 'TIME_SERIES' },
            timestampsOf(grid).map(() => value.value),
          )
        : undefined,
  },
};
