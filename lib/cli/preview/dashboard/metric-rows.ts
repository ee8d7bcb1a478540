import { MetricQuery } from '../../../economics/metric-math';
import { WidgetProperties } from './dashboard-body';

/** A metric or an expression of a widget, and how it is shown. */
export interface MetricRow {
  readonly query: MetricQuery;
  readonly visible: boolean;
  readonly axis: 'left' | 'right';
  readonly color?: string;
  /** The label as it was given; what expressions make has the labels of its metrics after it. */
  readonly label?: string;
}

/** The options at the end of a row. */
interface RowOptions {
  readonly id?: string;
  readonly label?: string;
  readonly expression?: string;
  readonly stat?: string;
  readonly period?: number;
  readonly color?: string;
  readonly visible?: boolean;
  readonly yAxis?: string;
}

const DEFAULT_PERIOD = 300;
const DEFAULT_STATISTIC = 'Average';

/**
 * The rows of a widget's `metrics`, with CloudWatch's abbreviations written out: "." repeats what stands above, "..." all
 * that stands above up to the last dimension value.
 */
export function metricRows(properties: WidgetProperties): MetricRow[] {
  let above: readonly string[] = [];
  return (properties.metrics ?? []).map((row) => {
    const last = row[row.length - 1];
    const options = (typeof last === 'object' && last !== null ? last : {}) as RowOptions;
    const names = row.filter((each) => typeof each !== 'object').map(String);
    above = names.length === 0 ? above : writeOut(names, above);
    return metricRow(names.length === 0 ? [] : above, options, properties);
  });
}

function metricRow(names: readonly string[], options: RowOptions, properties: WidgetProperties): MetricRow {
  const { id, label, expression } = options;
  return {
    query:
      expression === undefined
        ? metricQuery(names, options, properties)
        : { id, label, expression, period: options.period ?? properties.period },
    visible: options.visible !== false,
    axis: options.yAxis === 'right' ? 'right' : 'left',
    color: options.color,
    label,
  };
}

function metricQuery(names: readonly string[], { id, label, stat, period }: RowOptions, defaults: WidgetProperties) {
  const [namespace, metricName, ...dimensions] = names;
  return {
    id,
    label,
    metric: { namespace, metricName, dimensions: pairs(dimensions) },
    stat: stat ?? defaults.stat ?? DEFAULT_STATISTIC,
    period: period ?? defaults.period ?? DEFAULT_PERIOD,
  };
}

function writeOut(names: readonly string[], above: readonly string[]): string[] {
  if (names[0] === '...') {
    return [...above.slice(0, above.length - (names.length - 1)), ...names.slice(1)];
  }
  return names.map((name, index) => (name === '.' ? above[index] : name));
}

function pairs(list: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: Math.floor(list.length / 2) }, (_, index) => [list[2 * index], list[2 * index + 1]]),
  );
}
