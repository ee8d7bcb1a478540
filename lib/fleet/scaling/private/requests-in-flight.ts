import { Duration } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Problem } from '../../../validation';
import { FrontMetrics } from '../../load-balancing/private/fleet-front';
import { ServerMetrics } from '../../private/metrics/server-metrics';
import { durationProblems } from '../../private/range-problems';
import { groupMetric } from './group-metrics';

const PERIOD = Duration.minutes(1);

export interface RequestsInFlight {
  readonly metric: cloudwatch.MathExpression;
  readonly problems: Problem[];
}

/** Requests in flight per instance as the built-in server publishes them: it needs no time to derive them by. */
export function publishedInFlight(server: ServerMetrics, averageRequestTime?: Duration): RequestsInFlight {
  const allowed = 'nothing: the runtime publishes its requests in flight';
  const fix = 'leave it out';
  return {
    metric: server.requestsInFlight(),
    problems: averageRequestTime ? [{ what: 'averageRequestTime', got: 'a time', allowed, fix }] : [],
  };
}

/**
 * Requests in flight per instance, from what load balancers measure. They have no data of requests while nothing happens:
 * that counts as 0, or the last instances would never be taken away. The number of healthy instances they always publish.
 * A minute without it is one that the load balancer has not published yet: it has no value, or the newest minute would
 * always be 0, and the alarm that adds instances would never sound.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html, FILL and IF, read 2026-11-23.
 */
export function requestsInFlight(
  front: FrontMetrics,
  group: autoscaling.AutoScalingGroup,
  averageRequestTime?: Duration,
): RequestsInFlight {
  const problems = durationProblems('averageRequestTime', averageRequestTime, Duration.millis(1), Duration.hours(1));
  const { inFlight, metrics } = inFlightOf(front, problems.length === 0 ? averageRequestTime : undefined);
  return {
    metric: new cloudwatch.MathExpression({
      expression: `IF(healthy < 0, 0, ${inFlight} / instances)`,
      usingMetrics: {
        healthy: front.healthyInstances({ statistic: cloudwatch.Stats.AVERAGE }),
        ...metrics,
        instances: groupMetric(group, 'GroupInServiceInstances'),
      },
      label: 'requests in flight per instance',
      period: PERIOD,
    }),
    problems,
  };
}

interface InFlight {
  readonly inFlight: string;
  readonly metrics: Record<string, cloudwatch.IMetric>;
}

function inFlightOf(front: FrontMetrics, averageRequestTime?: Duration): InFlight {
  if (front.openConnections) {
    const connections = front.openConnections({ statistic: cloudwatch.Stats.AVERAGE });
    return { inFlight: 'FILL(connections, 0)', metrics: { connections } };
  }
  const rate = 'FILL(requests, 0) / PERIOD(requests)';
  const requests = front.requests({ statistic: cloudwatch.Stats.SUM });
  if (averageRequestTime) {
    return { inFlight: `${rate} * ${averageRequestTime.toMilliseconds() / 1000}`, metrics: { requests } };
  }
  const seconds = front.latency?.({ statistic: cloudwatch.Stats.AVERAGE });
  return { inFlight: `${rate} * FILL(seconds, 0)`, metrics: { requests, ...(seconds && { seconds }) } };
}
