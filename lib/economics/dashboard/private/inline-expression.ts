import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

/** An expression whose ids are those of a whole widget, with the metrics behind them. */
export interface InlinedExpression {
  readonly text: string;
  readonly usingMetrics: Record<string, cloudwatch.IMetric>;
}

/**
 * Gives metrics ids that are unique in a widget, and the same metric the same id. Expressions of several fleets call
 * their metrics alike, and a widget takes each id only once.
 */
export class WidgetIds {
  private readonly ids = new Map<string, string>();

  /** @param owner what tells metrics with equal names apart, for example the number of their fleet */
  public idOf(metric: cloudwatch.Metric, owner: string): string {
    const { namespace, metricName, statistic, period, dimensions } = metric;
    const key = JSON.stringify([owner, namespace, metricName, statistic, period.toSeconds(), dimensions]);
    const id = this.ids.get(key) ?? `m${this.ids.size}`;
    this.ids.set(key, id);
    return id;
  }
}

/** Writes an expression with a widget's ids; the expressions that it uses become part of its text. */
export function inlineExpression(metric: cloudwatch.IMetric, owner: string, ids: WidgetIds): InlinedExpression {
  if (!(metric instanceof cloudwatch.MathExpression)) {
    const id = ids.idOf(metric as cloudwatch.Metric, owner);
    return { text: id, usingMetrics: { [id]: metric } };
  }
  const parts = Object.entries(metric.usingMetrics).map(
    ([name, used]) => [name, inlineExpression(used, owner, ids)] as const,
  );
  const texts = new Map(parts.map(([name, { text }]) => [name, /^\w+$/.test(text) ? text : `(${text})`]));
  return {
    // Ids begin with a small letter; functions, statistics and keywords are written in capitals.
    text: metric.expression.replace(/\b[a-z]\w*\b/g, (name) => texts.get(name) ?? name),
    usingMetrics: Object.assign({}, ...parts.map(([, { usingMetrics }]) => usingMetrics)) as Record<
      string,
      cloudwatch.IMetric
    >,
  };
}
