import { Construct } from 'constructs';
import { FleetDashboard } from '../../economics';
import { InferenceFleet } from '../../fleet';
import { lifecycleProblems } from '../../fleet/lifecycle/private/lifecycle-problems';
import { throwIfAny } from '../../validation';
import { FleetProduct } from './fleet-product';
import { InferenceFleetProductProps } from './inference-fleet-product-props';

/**
 * A fleet behind an internal load balancer as a version of a Service Catalog product: what an InferenceFleetStack has,
 * with knobs. A fleet whose size may change needs a scaling policy: `product.fleet.scaleOnRequestsInFlight(...)`.
 */
export class InferenceFleetProduct extends FleetProduct {
  /** The instances and their load balancer. */
  public readonly fleet: InferenceFleet;
  /** The dashboard. */
  public readonly dashboard: FleetDashboard;

  /** @throws FleetConfigError with every problem of the knobs, and of the fleet, see {@link InferenceFleet} */
  constructor(scope: Construct, id: string, props: InferenceFleetProductProps) {
    super(scope, id, props, props.fleet);
    const { capacity, rollout, lifecycle, loadBalancing, economics } = props.fleet;
    // A warm pool that suits the least size might never fill in a larger one.
    const problems = this._chosenCapacities(capacity).map((chosen) =>
      lifecycleProblems(lifecycle ?? {}, { capacity: chosen, image: this._image }),
    );
    throwIfAny(this.node.path, problems.find(({ length }) => length > 0) ?? []);
    this.fleet = new InferenceFleet(this, 'Fleet', {
      ...this._network,
      image: this._image,
      ...{ capacity, rollout, lifecycle, loadBalancing },
    });
    this._offer(this.fleet);
    this.dashboard = new FleetDashboard(this, 'Dashboard', { fleets: [this.fleet], ...economics });
  }
}
