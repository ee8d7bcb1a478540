import { IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { oneSeries, SeriesById } from './series-source';

/** What a metric-math expression of the library gives, when its metrics have these values by their CloudWatch names. */
export function valuesOf({ expression, usingMetrics }: MathExpression, byName: SeriesById): (number | undefined)[] {
  const series = Object.entries(usingMetrics).map(([id, metric]) => {
    const name = nameOf(metric);
    if (!(name in byName)) {
      throw new Error(`no values of ${name}, which ${expression} reads`);
    }
    return [id, byName[name]] as const;
  });
  return oneSeries(expression, Object.fromEntries(series));
}

/** The CloudWatch name of a metric. */
export function nameOf(metric: IMetric): string {
  return (metric as Metric).metricName;
}
