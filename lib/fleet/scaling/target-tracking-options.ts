import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as sqs from 'aws-cdk-lib/aws-sqs';

/** What every policy has that keeps a figure at its target. */
export interface TargetTrackingOptions {
  /**
   * Whether the policy only ever adds instances. Another policy, or a schedule, must then take them away.
   *
   * @default false
   */
  readonly disableScaleIn?: boolean;
}

/** Scaling on the utilization of the processors. */
export interface CpuScalingOptions extends TargetTrackingOptions {
  /**
   * CPU utilization of the group that is kept, in percent, above 0 and at most 100.
   *
   * @default 60
   */
  readonly targetUtilizationPercent?: number;
}

/** Scaling on any figure of CloudWatch. */
export interface MetricScalingOptions extends TargetTrackingOptions {
  /**
   * A figure that falls when instances are added, and rises when they are taken away: a utilization, or a load divided by
   * the number of instances. Metric math is allowed; it must give one series, and the metrics must be of the fleet's own
   * account and region.
   */
  readonly metric: cloudwatch.IMetric;
  /** The value that is kept, above 0. */
  readonly target: number;
  /**
   * How often the figure is evaluated: 10, 30 or 60 seconds. Below 60 at least one of its metrics must be published at
   * high resolution, by the application or the CloudWatch agent; AWS's own metrics are not. Alarms on high resolution
   * cost 0.30 USD per metric and month in place of 0.10 (us-east-1, list price 2026), and AWS does not offer them for
   * scaling in the GovCloud regions.
   *
   * @default - the metric's own period where that is 10 or 30 seconds, else 60 seconds
   */
  readonly period?: Duration;
}

/** Scaling on the requests that each instance works on. */
export interface RequestsInFlightScalingOptions extends TargetTrackingOptions {
  /**
   * Requests in flight per instance that are kept, above 0: at most the slots of the instance's runtime, and less to leave
   * room for a peak during a cold start.
   *
   * @default - 80 percent, an assumption, of the slots that the smallest of the fleet's types has: the runtime's
   * `slotsPerProcess`, which must then be given, times its processes
   */
  readonly perInstance?: number;
  /**
   * Average time from a request to the end of its answer. Give it when answers are streamed: the load balancer measures
   * the time until the answer's headers, which for a streamed answer is the time to its first token. The built-in server
   * publishes its requests in flight, so that for it the time is refused.
   *
   * @default - what the load balancer measures, which is right for answers that are not streamed
   */
  readonly averageRequestTime?: Duration;
}

/** Scaling on the tokens that each instance makes. */
export interface TokensPerSecondScalingOptions extends TargetTrackingOptions {
  /**
   * Tokens that the whole fleet made in a period, as its runtime publishes them. A sum: the statistic must be Sum. An idle
   * runtime must publish 0: without data nothing is scaled, so that no instance would be taken away.
   *
   * @default - the tokens that the built-in server generates, divided by the instances that publish them, once a minute
   */
  readonly tokens?: cloudwatch.IMetric;
  /** Tokens per second and instance that are kept, above 0. Measure what an instance makes with all slots busy, and stay below. */
  readonly perInstance: number;
  /**
   * How often the figure is evaluated: 10, 30 or 60 seconds.
   *
   * @default - the period of `tokens` where that is 10 or 30 seconds, else 60 seconds, which is all that the built-in
   * server allows
   */
  readonly period?: Duration;
}

/** Scaling on the work that waits in a queue, by AWS's method of the backlog per instance. */
export interface QueueBacklogScalingOptions extends TargetTrackingOptions {
  /** The queue that the instances take work from. */
  readonly queue: sqs.IQueue;
  /** How long a message may wait before an instance begins with it. */
  readonly acceptableLatency: Duration;
  /** How long an instance works on a message, on average. */
  readonly timePerMessage: Duration;
  /**
   * Messages that an instance works on at a time.
   *
   * @default 1
   */
  readonly slotsPerInstance?: number;
}
