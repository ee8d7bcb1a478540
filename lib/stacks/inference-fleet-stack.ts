import { Construct } from 'constructs';
import { FleetDashboard } from '../economics';
import { InferenceFleet } from '../fleet';
import { FleetStack } from './fleet-stack';
import { InferenceFleetStackProps } from './inference-fleet-stack-props';

/**
 * A fleet in one stack: network, image with kernels, instances behind an internal load balancer, and a dashboard of
 * service, capacity, power and cost.
 */
export class InferenceFleetStack extends FleetStack {
  /** The instances and their load balancer. */
  public readonly fleet: InferenceFleet;
  /** The dashboard. */
  public readonly dashboard: FleetDashboard;

  /** @throws FleetConfigError with every problem of the fleet, see {@link InferenceFleet} */
  constructor(scope: Construct, id: string, props: InferenceFleetStackProps) {
    super(scope, id, props);
    const { capacity, rollout, lifecycle, loadBalancing } = props;
    this.fleet = new InferenceFleet(this, 'Fleet', {
      ...this._network,
      image: this.image,
      ...{ capacity, rollout, lifecycle, loadBalancing },
    });
    this.dashboard = new FleetDashboard(this, 'Dashboard', { fleets: [this.fleet], ...props.economics });
  }
}
