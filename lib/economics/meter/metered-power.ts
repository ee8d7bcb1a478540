import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

/** An estimate of power that a meter publishes: watts, power usage effectiveness included. */
export interface MeteredPower {
  /** The lowest figure of the models. */
  readonly low: cloudwatch.Metric;
  /** The typical figure. */
  readonly typical: cloudwatch.Metric;
  /** The highest figure. */
  readonly high: cloudwatch.Metric;
}
