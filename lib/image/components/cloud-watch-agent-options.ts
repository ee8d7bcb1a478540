import { Duration } from 'aws-cdk-lib';

/** What the CloudWatch agent sends. */
export interface CloudWatchAgentOptions {
  /**
   * Namespace of the metrics.
   *
   * @default GravitonFleet
   */
  readonly metricNamespace?: string;
  /**
   * Time between two values, in whole seconds from 1 second. Below a minute the values are of high resolution, and an
   * alarm on them is dearer.
   *
   * @default Duration.minutes(1)
   */
  readonly interval?: Duration;
}
