import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { RolloutAlarm } from './rollout-alarm';

/** What decides whether a new AMI is good. */
export interface RolloutAlarmOptions {
  /**
   * Alarms of your own that fail the refresh. CloudFormation then rolls the stack back to the earlier AMI.
   *
   * @default - none
   */
  readonly alarms?: cloudwatch.IAlarm[];
  /**
   * Ready-made alarms that fail it too, made and kept by the fleet. At most 10 with those of your own.
   *
   * @default RolloutAlarm.recommended() for `canary()`, else none: only the health checks of the load balancer decide
   */
  readonly watch?: RolloutAlarm[];
  /**
   * Time after the last instance was replaced in which an alarm still rolls back, at most 48 hours.
   *
   * @default - the cold start, at least five minutes, when there are alarms; else no bake time
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
   * @default - as many as it takes to be through in about two hours with the fleet's cold start and drain, from 110 to 150;
   * at most 100 above minHealthyPercentage
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
   * @default - 15 minutes, or as long as a slow start takes (the health check's grace period and two minutes)
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
