import { Duration } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { Problem, ProblemList } from '../../../validation';
import { positiveProblems } from '../../private/range-problems';
import { MetricScalingOptions } from '../target-tracking-options';
import { MetricQueries } from './metric-queries';

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_TargetTrackingMetricStat.html */
const PERIODS = [10, 30, 60];

export interface TrackedMetric extends MetricScalingOptions {
  readonly group: autoscaling.AutoScalingGroup;
  /** Name of the target in the user's words. */
  readonly targetName?: string;
  /** What is wrong already. */
  readonly problems?: Problem[];
}

/**
 * A policy that keeps any metric at its target.
 *
 * @throws FleetConfigError with everything that Auto Scaling would refuse
 */
export function trackingPolicy(
  fleet: Construct,
  id: string,
  tracked: TrackedMetric,
): autoscaling.CfnScalingPolicyProps {
  const { group, metric, target, disableScaleIn = false } = tracked;
  const problems = new ProblemList();
  problems.addAll(tracked.problems ?? []);
  problems.addAll(positiveProblems(tracked.targetName ?? 'target', target));
  const seconds = periodOf(metric, tracked.period);
  if (!PERIODS.includes(seconds)) {
    const got = tracked.period?.isUnresolved() ? 'a time that is only known at deployment' : `${seconds} seconds`;
    problems.add({ what: 'period', got, allowed: '10, 30 or 60 seconds', fix: 'use one of these' });
  }
  const queries = new MetricQueries(fleet, metric, seconds);
  problems.addAll(queries.problems);
  problems.throwIfAny(`${fleet.node.path}/${id}`);
  return {
    autoScalingGroupName: group.autoScalingGroupName,
    policyType: 'TargetTrackingScaling',
    targetTrackingConfiguration: {
      targetValue: target,
      disableScaleIn,
      customizedMetricSpecification: { metrics: queries.render() },
    },
  };
}

function periodOf(metric: cloudwatch.IMetric, period?: Duration): number {
  if (period) {
    return period.isUnresolved() ? NaN : period.toSeconds({ integral: false });
  }
  const { metricStat, mathExpression } = metric.toMetricConfig();
  const own = metricStat?.period.toSeconds() ?? mathExpression?.period ?? 60;
  return PERIODS.includes(own) ? own : 60;
}
