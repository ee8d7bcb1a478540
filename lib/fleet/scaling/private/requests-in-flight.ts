import { Duration } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Problem } from '../../../validation';
import { FrontMetrics } from '../../load-balancing/private/fleet-front';
import { durationProblems } from '../../private/range-problems';
import { groupMetric } from './group-metrics';

const PERIOD = Duration.minutes(1);

export interface RequestsInFlight {
  readonly metric: cloudwatch.MathExpression;
  readonly problems: Problem[];
}

/**
 * Requests in flight per instance, from what load balancers measure. Load balancers have no data while nothing happens:
 * that counts as 0, or the last instances would never be taken away.
 */
export function requestsInFlight(
  front: FrontMetrics,
  group: autoscaling.AutoScalingGroup,
  averageRequestTime?: Duration,
): RequestsInFlight {
  const problems = durationProblems('averageRequestTime', averageRequestTime, Duration.millis(1), Duration.hours(1));
  const instances = groupMetric(group, 'GroupInServiceInstances');
  const label = 'requests in flight per instance';
  if (front.openConnections) {
    const connections = front.openConnections({ statistic: cloudwatch.Stats.AVERAGE });
    const expression = 'FILL(connections, 0) / instances';
    const usingMetrics = { connections, instances };
    return { metric: new cloudwatch.MathExpression({ expression, usingMetrics, label, period: PERIOD }), problems };
  }
  const rate = 'FILL(requests, 0) / PERIOD(requests)';
  const requests = front.requests({ statistic: cloudwatch.Stats.SUM });
  if (averageRequestTime && problems.length === 0) {
    const expression = `${rate} * ${averageRequestTime.toMilliseconds() / 1000} / instances`;
    const usingMetrics = { requests, instances };
    return { metric: new cloudwatch.MathExpression({ expression, usingMetrics, label, period: PERIOD }), problems };
  }
  const seconds = front.latency?.({ statistic: cloudwatch.Stats.AVERAGE });
  return {
    metric: new cloudwatch.MathExpression({
      expression: `${rate} * FILL(seconds, 0) / instances`,
      usingMetrics: { requests, instances, ...(seconds && { seconds }) },
      label,
      period: PERIOD,
    }),
    problems,
  };
}
