import { ScalableFleet } from '../../fleet';
import { FleetEconomics } from '../fleet-economics';
import { FleetModelOptions } from '../fleet-economics-options';
import { DashboardContent } from './dashboard-content';

/** Fleets to show together, and the models and prices of those without economics of their own. */
export interface FleetDashboardProps extends FleetModelOptions {
  /**
   * The fleets, at least one, of any region and account of the app. Stacks of different regions or accounts must all name
   * theirs.
   */
  readonly fleets: ScalableFleet[];
  /**
   * Economics of single fleets, with prices of their own or the tokens that they count.
   *
   * @default - the models and prices given here hold for every fleet
   */
  readonly ownEconomics?: FleetEconomics[];
  /**
   * Which dashboards are made.
   *
   * @default DashboardContent.EVERY_FLEET
   */
  readonly content?: DashboardContent;
}
