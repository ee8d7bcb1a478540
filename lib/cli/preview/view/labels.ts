import { isExpression, MetricQuery, Points } from '../../../economics/metric-math';
import { formatNumber } from './format-number';

const STATISTICS: Readonly<Record<string, (values: readonly number[]) => number | undefined>> = {
  AVG: (values) => values.reduce((total, value) => total + value, 0) / values.length,
  FIRST: (values) => values[0],
  LAST: (values) => values[values.length - 1],
  MAX: (values) => Math.max(...values),
  MIN: (values) => Math.min(...values),
  SUM: (values) => values.reduce((total, value) => total + value, 0),
};

/**
 * A label with CloudWatch's dynamic parts filled in ("Using dynamic labels"): `${MAX}`, `${PROP('Stat')}` and the like.
 * Parts that depend on the time or the user's session stay as they are.
 */
export function dynamicLabel(label: string, query: MetricQuery, own: string, points: Points): string {
  const values = points.filter((value) => value !== undefined);
  return label.replace(/\$\{(\w+)(?:\('([^']*)'\))?\}/g, (whole, name: string, argument?: string) => {
    if (name === 'LABEL') {
      return own;
    }
    if (name === 'PROP' && argument !== undefined) {
      return property(query, argument) ?? whole;
    }
    if (!Object.hasOwn(STATISTICS, name)) {
      return whole;
    }
    const value = values.length === 0 ? undefined : STATISTICS[name](values);
    return value === undefined ? '--' : formatNumber(value);
  });
}

function property(query: MetricQuery, name: string): string | undefined {
  if (isExpression(query)) {
    return undefined;
  }
  const { namespace, metricName, dimensions } = query.metric;
  const known: Record<string, string> = {
    MetricName: metricName,
    Namespace: namespace,
    Period: String(query.period),
    Stat: query.stat,
  };
  return name.startsWith('Dim.') ? dimensions[name.slice(4)] : known[name];
}

/** The name of a metric without a label: what tells it from the others of its widget. */
export function defaultLabel(query: MetricQuery, others: readonly MetricQuery[]): string {
  if (isExpression(query)) {
    return query.id ?? query.expression;
  }
  const { metricName, dimensions } = query.metric;
  const isAmbiguous = others.some(
    (other) => other !== query && !isExpression(other) && other.metric.metricName === metricName,
  );
  const values = Object.values(dimensions);
  return isAmbiguous && values.length > 0 ? `${metricName} ${values.join(' ')} ${query.stat}` : metricName;
}
