import { Duration } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import { GridIntensity, PowerModel, PriceBook } from '../../catalog';
import { ScalableFleet } from '../../fleet';

/** Properties of a {@link FleetMeter}. */
export interface FleetMeterProps {
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
   * What the instances draw.
   *
   * @default PowerModel.published()
   */
  readonly powerModel?: PowerModel;
  /**
   * What on-demand instances cost.
   *
   * @default PriceBook.published()
   */
  readonly priceBook?: PriceBook;
  /**
   * Carbon intensity of the region's grid.
   *
   * @default GridIntensity.published()
   */
  readonly gridIntensity?: GridIntensity;
  /**
   * How long the function's log is kept, some megabytes per month.
   *
   * @default logs.RetentionDays.ONE_MONTH
   */
  readonly logRetention?: logs.RetentionDays;
}
