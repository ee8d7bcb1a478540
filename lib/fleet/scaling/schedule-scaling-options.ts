import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';

/** Other bounds of the fleet from a time on. */
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
