import { Duration } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { FleetConfigError } from '../../../validation';
import { groupResource } from '../../lifecycle/private/create-drain';

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AlarmSpecification.html */
const MAX_ALARMS = 10;

/**
 * Adds an alarm to those that fail the group's instance refresh, which CDK renders once and for all.
 *
 * @param bakeTime where the roll-out has none: without it an alarm could not stop the last instances
 */
export function addRefreshAlarm(
  fleet: Construct,
  group: autoscaling.AutoScalingGroup,
  alarm: cloudwatch.IAlarm,
  bakeTime: Duration,
): void {
  const { cfnOptions } = groupResource(group);
  const refresh = cfnOptions.updatePolicy?.autoScalingInstanceRefresh;
  const preferences = refresh?.preferences;
  const alarms = [...(preferences?.alarmSpecification?.alarms ?? []), alarm.alarmName];
  if (alarms.length > MAX_ALARMS) {
    const fix = 'combine alarms in a composite alarm';
    throw new FleetConfigError(fleet.node.path, [
      { what: 'addRolloutAlarm', got: `${alarms.length} alarms`, allowed: `at most ${MAX_ALARMS}`, fix },
    ]);
  }
  cfnOptions.updatePolicy = {
    ...cfnOptions.updatePolicy,
    autoScalingInstanceRefresh: {
      strategy: autoscaling.InstanceRefreshStrategy.ROLLING,
      ...refresh,
      preferences: {
        ...preferences,
        alarmSpecification: { alarms },
        bakeTime: preferences?.bakeTime ?? bakeTime.toSeconds(),
      },
    },
  };
}
