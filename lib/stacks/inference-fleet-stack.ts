import { Construct } from 'constructs';
import { FleetDashboard } from '../economics';
import { InferenceFleet } from '../fleet';
import { injectedProps } from '../image/private/injected-props';
import { FleetStack } from './fleet-stack';
import { InferenceFleetStackProps } from './inference-fleet-stack-props';

/**
 * A fleet in one stack: network, image with kernels, instances behind an internal load balancer, and a dashboard of
 * service, capacity, power and cost.
 */
export class InferenceFleetStack extends FleetStack {
  /** By which a property injector names this class. */
  public static readonly PROPERTY_INJECTION_ID = 'cdk-graviton-fleet.InferenceFleetStack';

  /** The instances and their load balancer. */
  public readonly fleet: InferenceFleet;
  /** The dashboard. */
  public readonly dashboard: FleetDashboard;

  /** @throws FleetConfigError with every problem of the fleet, see {@link InferenceFleet} */
  constructor(scope: Construct, id: string, props: InferenceFleetStackProps) {
    const injected = injectedProps(InferenceFleetStack.PROPERTY_INJECTION_ID, scope, id, props);
    super(scope, id, injected);
    const { capacity, rollout, lifecycle, loadBalancing, economics } = injected;
    this.fleet = new InferenceFleet(this, 'Fleet', {
      ...this._network,
      image: this._image,
      ...{ capacity, rollout, lifecycle, loadBalancing },
    });
    this.dashboard = new FleetDashboard(this, 'Dashboard', { fleets: [this.fleet], ...economics });
  }
}
