import { TimeZone } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';

/** When an image is built again, and where its id is published. */
export interface ScheduledRebuildOptions {
  /** When: a schedule of `Schedule.cron()`. Each build bills its instances. */
  readonly schedule: events.Schedule;
  /**
   * Time zone of the schedule.
   *
   * @default TimeZone.ETC_UTC
   */
  readonly timeZone?: TimeZone;
  /**
   * Name of the SSM parameter that gets the id of each AMI, beginning with `/`. The parameter is part of the stack.
   *
   * @default - a generated one
   */
  readonly parameterName?: string;
}
