import { oneSeries } from './series-source';

/** What an expression gives at one point in time at which the metrics have these values. */
export function evaluate(expression: string, metrics: Record<string, number>): number {
  const [value] = oneSeries(expression, Object.fromEntries(Object.entries(metrics).map(([id, each]) => [id, [each]])));
  if (value === undefined) {
    throw new Error(`no value of ${expression}`);
  }
  return value;
}
