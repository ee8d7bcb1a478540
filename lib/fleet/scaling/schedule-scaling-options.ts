import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';

/**
 * Other bounds of the fleet from a time on. A fleet that counts vCPUs or work counts the instances of these bounds as
 * instances of its first type.
 */
export interface ScheduleScalingOptions {
  /** When the bounds change. */
  readonly schedule: autoscaling.Schedule;
  /**
   * Least number of instances from then on.
   *
   * @default - unchanged
   */
  readonly minInstances?: number;
  /**
   * Greatest number of instances from then on.
   *
   * @default - unchanged
   */
  readonly maxInstances?: number;
  /**
   * Time zone of the schedule by its IANA name, for example `Europe/Berlin`.
   *
   * @default - UTC
   */
  readonly timeZone?: string;
}
