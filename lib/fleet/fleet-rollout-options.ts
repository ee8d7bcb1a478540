import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

/** What decides whether a new AMI is good. */
export interface RolloutAlarmOptions {
  /**
   * Alarms that fail the refresh, at most 10. CloudFormation then rolls the stack back to the earlier AMI.
   *
   * @default - only the health checks of the load balancer decide
   */
  readonly alarms?: cloudwatch.IAlarm[];
  /**
   * Time after the last instance was replaced in which an alarm still rolls back, at most 48 hours.
   *
   * @default Duration.minutes(5) when there are alarms, else no bake time
   */
  readonly bakeTime?: Duration;
}

/** How a new AMI or launch template replaces the instances. */
export interface RollingRolloutOptions extends RolloutAlarmOptions {
  /**
   * Share of the group's desired capacity that stays in service, in percent from 0 to 100.
   *
   * @default 100
   */
  readonly minHealthyPercentage?: number;
  /**
   * Share of the group's desired capacity that may be in service or starting, in percent from 100 to 200, at most 100
   * above `minHealthyPercentage`.
   *
   * @default 110, or 100 above minHealthyPercentage when that is less
   */
  readonly maxHealthyPercentage?: number;
}

/** A roll-out that stops to look at the first instances. */
export interface CanaryRolloutOptions extends RollingRolloutOptions {
  /**
   * Share of the instances that is replaced first, in percent from 1 to 99.
   *
   * @default 10
   */
  readonly canaryPercentage?: number;
  /**
   * Time between the canaries and the other instances, at most 48 hours.
   *
   * @default Duration.minutes(15)
   */
  readonly canaryTime?: Duration;
}

/** How a new AMI replaces the root volumes of the instances that run. */
export interface ReplaceRootVolumeOptions extends RolloutAlarmOptions {
  /**
   * Share of the group's desired capacity that stays in service, in percent from 0 to 99: an instance is out of service
   * while its root volume is replaced. At least one instance is replaced at a time.
   *
   * @default 90
   */
  readonly minHealthyPercentage?: number;
}
