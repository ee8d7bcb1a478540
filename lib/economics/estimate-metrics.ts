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

/** A range as metrics, over the mixes of instance types that a fleet may have. */
export interface RangeMetrics {
  /** The least of any feasible mix. */
  readonly low: cloudwatch.MathExpression;
  /** The greatest of any feasible mix. The same metric as `low` when the two figures are equal. */
  readonly high: cloudwatch.MathExpression;
}
