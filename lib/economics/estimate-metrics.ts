import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

/** An estimate as metrics. */
export interface EstimateMetrics {
  /** The lowest figure. */
  readonly low: cloudwatch.MathExpression;
  /** The typical figure. */
  readonly typical: cloudwatch.MathExpression;
  /** The highest figure. */
  readonly high: cloudwatch.MathExpression;
}

/** A range as metrics. */
export interface RangeMetrics {
  /** When every instance is of the cheapest type. */
  readonly low: cloudwatch.MathExpression;
  /** When every instance is of the dearest type. The same metric as `low` when the two figures are equal. */
  readonly high: cloudwatch.MathExpression;
}
