import { Duration } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { ServerMetrics } from '../../private/metrics/server-metrics';
import { tokenStatisticProblems } from '../../private/metrics/token-statistic';
import { groupMetric } from './group-metrics';
import { TrackedMetric } from './track-metric';

export type TokensPerSecond = Pick<TrackedMetric, 'metric' | 'problems'>;

/** Tokens per second and instance as the built-in server publishes them, once a minute. */
export function publishedTokens(server: ServerMetrics, period?: Duration): TokensPerSecond {
  const metric = server.tokensPerSecond();
  if (period === undefined || (!period.isUnresolved() && period.toSeconds({ integral: false }) === 60)) {
    return { metric };
  }
  const got = period.isUnresolved() ? 'a time that is only known at deployment' : period.toHumanString();
  const fix = 'leave it out: the runtime publishes its tokens once a minute';
  return { metric, problems: [{ what: 'period', got, allowed: '1 minute', fix }] };
}

/** The same from the tokens of the whole fleet, as a runtime of the user's publishes them. */
export function tokensPerInstance(tokens: cloudwatch.IMetric, group: autoscaling.AutoScalingGroup): TokensPerSecond {
  const metric = new cloudwatch.MathExpression({
    // Instances are counted once a minute: their last number holds until the next. A period whose tokens are not
    // published yet has no value: arithmetic would read it as 0, and the alarm that adds instances would never sound.
    expression: 'IF(tokens < 0, 0, tokens / PERIOD(tokens) / FILL(instances, REPEAT))',
    usingMetrics: { tokens, instances: groupMetric(group, 'GroupInServiceInstances') },
    label: 'tokens per second and instance',
    period: tokens.toMetricConfig().metricStat?.period,
  });
  return { metric, problems: tokenStatisticProblems(tokens) };
}
