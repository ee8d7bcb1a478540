import { ScalableFleet } from '../../fleet';
import { FleetEconomics, FleetEconomicsOptions } from '../fleet-economics';
import { DashboardContent } from './dashboard-content';

/** Fleets to show together. */
export interface FleetDashboardProps {
  /**
   * The fleets, at least one, of any region and account of the app. Stacks of different regions or accounts must all name
   * theirs.
   */
  readonly fleets: ScalableFleet[];
  /**
   * Models and prices of the fleets without economics of their own.
   *
   * @default - the published ones
   */
  readonly economics?: FleetEconomicsOptions;
  /**
   * Economics of single fleets, with prices of their own or the tokens that they count.
   *
   * @default - `economics` holds for every fleet
   */
  readonly ownEconomics?: FleetEconomics[];
  /**
   * Heading of the summary.
   *
   * @default 'Fleets'
   */
  readonly title?: string;
  /**
   * Which dashboards are made.
   *
   * @default DashboardContent.EVERY_FLEET
   */
  readonly content?: DashboardContent;
}
