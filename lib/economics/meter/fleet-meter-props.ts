import { Duration } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import { ScalableFleet } from '../../fleet';
import { FleetModelOptions } from '../fleet-economics-options';

/** Properties of a {@link FleetMeter}. Of the price book it uses what you pay on demand: Spot prices it asks EC2 for. */
export interface FleetMeterProps extends FleetModelOptions {
  /** The fleets to measure, 1 to 500, all of the meter's own account and region. */
  readonly fleets: ScalableFleet[];
  /**
   * Time between two measurements: whole minutes, 1 to 60. A shorter one than the default sees more of a fleet that
   * changes quickly, but its watts still follow a CPU utilization that EC2 publishes every five minutes.
   *
   * @default Duration.minutes(5)
   */
  readonly interval?: Duration;
  /**
   * How long the function's log is kept, some megabytes per month.
   *
   * @default logs.RetentionDays.ONE_MONTH
   */
  readonly logRetention?: logs.RetentionDays;
}
