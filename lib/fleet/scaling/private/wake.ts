import { Duration } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { groupMetric } from './group-metrics';

const MINUTE = Duration.minutes(1);

/**
 * An alarm that sounds when a group without instances is wanted. It looks at the wanted number of instances and not at
 * those in service, so that it ends as soon as the first is on its way: the alarms of Auto Scaling act again every minute.
 *
 * A minute of which the demand is not known yet must have no value, or the newest minute would say that nobody asks, as
 * long as the demand is published later than the group's metrics, and the fleet would never wake. IF makes a missing
 * point of its second argument 0 and drops one of its third:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html, read 2026-11-23.
 */
export function emptyGroupAlarm(
  group: autoscaling.AutoScalingGroup,
  demand: cloudwatch.IMetric,
): cloudwatch.AlarmProps {
  return {
    alarmDescription: 'Work has come for a fleet that has no instances',
    metric: new cloudwatch.MathExpression({
      expression: 'IF(desired >= 1, 0, demand)',
      usingMetrics: { desired: groupMetric(group, 'GroupDesiredCapacity'), demand },
      period: MINUTE,
    }),
    threshold: 1,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  };
}

/** A policy that starts instances when an alarm sounds. Target tracking cannot: without instances its figure has no value. */
export function wakePolicy(group: autoscaling.AutoScalingGroup, units: number): autoscaling.CfnScalingPolicyProps {
  return {
    autoScalingGroupName: group.autoScalingGroupName,
    policyType: 'StepScaling',
    // Adding to what is there can never undo what another policy has just done; setting an exact number can.
    adjustmentType: 'ChangeInCapacity',
    stepAdjustments: [{ metricIntervalLowerBound: 0, scalingAdjustment: units }],
  };
}
