import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { InferenceFleet } from '../fleet';
import { FleetConfigError } from '../validation';
import { FleetEconomics } from './fleet-economics';
import { FleetModelOptions } from './fleet-economics-options';
import { fleetWidgets } from './private/fleet-widgets';

/** Rows of widgets that fit on one dashboard: CloudWatch allows 500 widgets. */
const MAX_FLEETS = 50;

/** Fleets to show together. */
export interface FleetDashboardProps extends FleetModelOptions {
  /** The fleets, at least one and at most 50. All must be in this dashboard's account. */
  readonly fleets: InferenceFleet[];
}

/**
 * A CloudWatch dashboard of what fleets serve, have, draw and cost. Each fleet gets a panel of text that says how its
 * figures are made, from what source and date.
 *
 * It reads free metrics only. CloudWatch bills 3.00 USD per dashboard and month after the first three of an account
 * (us-east-1, 2026).
 */
export class FleetDashboard extends Construct {
  /** The dashboard. */
  public readonly dashboard: cloudwatch.Dashboard;
  /** The economics of each fleet, in the order of `fleets`. */
  public readonly economics: FleetEconomics[];

  /** @throws FleetConfigError when there is no fleet, or more than fit on one dashboard */
  constructor(scope: Construct, id: string, props: FleetDashboardProps) {
    super(scope, id);
    const { fleets, powerModel, priceBook, powerUsageEffectiveness, gridIntensity } = props;
    const models: FleetModelOptions = { powerModel, priceBook, powerUsageEffectiveness, gridIntensity };
    if (fleets.length === 0 || fleets.length > MAX_FLEETS) {
      throw new FleetConfigError(this.node.path, [
        {
          what: 'fleets',
          got: `${fleets.length} fleets`,
          allowed: `1 to ${MAX_FLEETS}`,
          fix: fleets.length === 0 ? 'give the fleets to show' : 'make several dashboards',
        },
      ]);
    }
    this.economics = fleets.map((fleet) => new FleetEconomics(fleet, models));
    this.dashboard = new cloudwatch.Dashboard(this, 'Resource', {
      widgets: this.economics.flatMap((economics, index) => fleetWidgets(fleets[index], economics)),
      periodOverride: cloudwatch.PeriodOverride.INHERIT,
    });
  }
}
