import { Duration } from 'aws-cdk-lib';
import { FleetConfigError, numberText, Problem } from '../../validation';
import { intervalProblems, MOST_FLEETS } from './private/check-meter';
import { METER_MEMORY_MIB } from './private/meter-function';
import { FLEET_METRICS } from './private/meter-metrics';
import { PAGE_SIZE, scanGroups } from './private/scan-groups';

/** Hours of a month, by which AWS prices are given. */
const HOURS_PER_MONTH = 730;

/**
 * USD, us-east-1 list prices of 2026 without free tiers: CloudWatch, Lambda on Arm, EventBridge Scheduler, CloudWatch Logs
 * (https://aws.amazon.com/cloudwatch/pricing/, https://aws.amazon.com/lambda/pricing/,
 * https://aws.amazon.com/eventbridge/pricing/). Calls to EC2 are free.
 */
const USD = {
  customMetricMonth: 0.3,
  metricRead: 0.01 / 1000,
  putMetricData: 0.01 / 1000,
  lambdaGbSecond: 0.0000133334,
  lambdaRequest: 0.2 / 1e6,
  schedule: 1 / 1e6,
  logGb: 0.5,
};

/** PutMetricData and GetMetricData take so many metrics in one request. */
const METRICS_PER_PUT = 1000;
const METRICS_PER_GET = 500;

/**
 * Modelled: 0.3 s of a processor for each page of 1,000 instances with 4.6 KB each (measured by
 * test/deploy/fleet-meter-scale.test.ts on 2026-11-23, on x86), and, assumed, 0.5 s of waiting for EC2, of which four scans
 * share one, and a second for all else.
 */
const SECONDS_PER_PAGE = 0.8;
const SECONDS_PER_RUN = 1;

/** Lambda's three lines and one of ours, counted. */
const LOG_BYTES_PER_RUN = 700;

/** More than any account has. */
const MOST_INSTANCES = 10_000_000;

/** What a meter measures. */
export interface FleetMeterUsageOptions {
  /** Number of fleets, 1 to 500. */
  readonly fleets: number;
  /** Number of running instances, 0 to 10,000,000, spread evenly over the fleets. */
  readonly instances: number;
  /**
   * Whether there are Spot Instances, of 1 to 100 types.
   *
   * @default true
   */
  readonly spot?: boolean;
  /**
   * Time between two measurements: whole minutes, 1 to 60.
   *
   * @default Duration.minutes(5)
   */
  readonly interval?: Duration;
}

/** The API calls and the cost of a {@link FleetMeter} in a month of 730 hours. */
export class FleetMeterUsage {
  /** Runs of the function. */
  public readonly runs: number;
  /** Calls in each run, when none is throttled: EC2 DescribeInstances, a page of 1,000 each. */
  public readonly describeInstancesPerRun: number;
  /** Calls in each run: EC2 DescribeSpotPriceHistory. */
  public readonly describeSpotPriceHistoryPerRun: number;
  /** Calls in each run: CloudWatch GetMetricData, 500 fleets each. */
  public readonly metricReadsPerRun: number;
  /** Calls in each run: CloudWatch PutMetricData, 1,000 metrics each. */
  public readonly metricWritesPerRun: number;
  /** Metrics that are published. */
  public readonly customMetrics: number;
  /** Seconds of a run, modelled from the number of pages. */
  public readonly secondsPerRun: number;
  /** USD for metrics that are published. */
  public readonly customMetricsUsd: number;
  /** USD for calls to CloudWatch. */
  public readonly callsUsd: number;
  /** USD for the function, its schedule and its log. */
  public readonly functionUsd: number;

  /** @throws FleetConfigError when a figure is out of its range */
  constructor(options: FleetMeterUsageOptions) {
    const { fleets, instances, spot = true, interval = Duration.minutes(5) } = options;
    const problems = [
      ...countProblems('fleets', fleets, 1, MOST_FLEETS),
      ...countProblems('instances', instances, 0, MOST_INSTANCES),
      ...intervalProblems(interval),
    ];
    if (problems.length > 0) {
      throw new FleetConfigError('FleetMeterUsage', problems);
    }
    this.runs = (HOURS_PER_MONTH * 3600) / interval.toSeconds();
    this.describeInstancesPerRun = pages(fleets, instances);
    this.describeSpotPriceHistoryPerRun = spot && instances > 0 ? 1 : 0;
    this.customMetrics = fleets * FLEET_METRICS.length + 1;
    this.metricReadsPerRun = instances > 0 ? Math.ceil(fleets / METRICS_PER_GET) : 0;
    this.metricWritesPerRun = Math.ceil(this.customMetrics / METRICS_PER_PUT);
    this.secondsPerRun = SECONDS_PER_RUN + SECONDS_PER_PAGE * this.describeInstancesPerRun;
    this.customMetricsUsd = this.customMetrics * USD.customMetricMonth;
    const metricsRead = instances > 0 ? fleets : 0;
    this.callsUsd = this.runs * (metricsRead * USD.metricRead + this.metricWritesPerRun * USD.putMetricData);
    const gbSeconds = (this.secondsPerRun * METER_MEMORY_MIB) / 1024;
    const perRun = USD.lambdaRequest + USD.schedule + (LOG_BYTES_PER_RUN / 1e9) * USD.logGb;
    this.functionUsd = this.runs * (gbSeconds * USD.lambdaGbSecond + perRun);
  }

  /** USD in all. */
  public get usd(): number {
    return this.customMetricsUsd + this.callsUsd + this.functionUsd;
  }
}

/** A number that is only known at deployment is none of which a cost can be computed. */
function countProblems(what: string, count: number, least: number, most: number): Problem[] {
  const fix = 'give a number in that range';
  return Number.isInteger(count) && count >= least && count <= most
    ? []
    : [{ what, got: numberText(count), allowed: `a whole number from ${least} to ${most}`, fix }];
}

/** Pages of the scans of a meter whose fleets are as large as they are now. */
function pages(fleets: number, instances: number): number {
  const sizes = Array.from({ length: fleets }, (_, index) => {
    const mostInstances = Math.floor(instances / fleets) + (index < instances % fleets ? 1 : 0);
    return { group: mostInstances, mostInstances };
  });
  const perScan = scanGroups(sizes).map((scan) => scan.reduce((sum, size) => sum + size, 0));
  return perScan.reduce((sum, size) => sum + Math.max(1, Math.ceil(size / PAGE_SIZE)), 0);
}
