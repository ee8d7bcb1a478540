/** Which metric: what CloudWatch stores its data under. */
export interface MetricIdentity {
  readonly namespace: string;
  readonly metricName: string;
  /** Values of the dimensions by their names. */
  readonly dimensions: Readonly<Record<string, string>>;
}

interface QueryOptions {
  /** Name for expressions to use. */
  readonly id?: string;
  /** Name on a graph. */
  readonly label?: string;
}

/** A metric of a request or a graph. */
export interface MetricStatQuery extends QueryOptions {
  readonly metric: MetricIdentity;
  /** `Average`, `Sum`, `Minimum`, `Maximum`, `SampleCount`, or a percentile such as `p99`. */
  readonly stat: string;
  /** Seconds. */
  readonly period: number;
}

/** An expression of a request or a graph. */
export interface ExpressionQuery extends QueryOptions {
  readonly expression: string;
  /**
   * Seconds.
   *
   * @default - the longest period of the metrics that it uses
   */
  readonly period?: number;
}

export type MetricQuery = MetricStatQuery | ExpressionQuery;

export function isExpression(query: MetricQuery): query is ExpressionQuery {
  return 'expression' in query;
}
