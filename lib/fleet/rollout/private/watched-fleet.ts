import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { FrontMetrics } from '../../load-balancing/private/fleet-front';
import { ServerMetrics } from '../../private/metrics/server-metrics';

/** What the alarms of a roll-out can know of a fleet. None of it names the group, or the references would be a circle. */
export interface WatchedFleet {
  /** What the load balancer measures; undefined for fleets without one. */
  readonly traffic?: FrontMetrics;
  /** What the instances publish of the built-in server; undefined where they publish nothing. */
  readonly server?: ServerMetrics;
  /** The longest that a request may take. */
  readonly longestRequest: Duration;
  /** Requests or jobs that came in a period, as a sum. */
  readonly demand: cloudwatch.IMetric;
  /** Whether the fleet may have no instance while nothing is wrong. */
  readonly maySleep: boolean;
  /** How many instances a roll-out starts at a time. */
  readonly startedAtOnce: number;
  /** Minutes after which an instance that is not healthy is broken, and not starting. */
  readonly startMinutes: number;
  /** A metric that the instances publish. */
  instanceMetric(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric;
}

/** A fleet whose load balancer measures what an alarm reads. */
export type WatchedTraffic = WatchedFleet & Required<Pick<WatchedFleet, 'traffic'>>;
