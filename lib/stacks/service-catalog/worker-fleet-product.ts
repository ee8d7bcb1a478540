import { Construct } from 'constructs';
import { FleetDashboard } from '../../economics';
import { WorkerFleet } from '../../fleet';
import { FleetProduct } from './fleet-product';
import { WorkerFleetProductProps } from './worker-fleet-product-props';

/**
 * A fleet of workers as a version of a Service Catalog product: what a WorkerFleetStack has, with knobs. A fleet whose
 * size may change needs a scaling policy: `product.fleet.scaleOnJobs(...)`.
 */
export class WorkerFleetProduct extends FleetProduct {
  /** The instances, with their queues. */
  public readonly fleet: WorkerFleet;
  /** The dashboard. */
  public readonly dashboard: FleetDashboard;

  /** @throws FleetConfigError with every problem of the knobs, and of the fleet, see {@link WorkerFleet} */
  constructor(scope: Construct, id: string, props: WorkerFleetProductProps) {
    super(scope, id, props, props.fleet);
    const { capacity, jobs, rollout, lifecycle, economics } = props.fleet;
    this.fleet = new WorkerFleet(this, 'Fleet', {
      ...this._network,
      image: this._image,
      ...{ capacity, jobs, rollout, lifecycle },
    });
    this._offer(this.fleet);
    this.dashboard = new FleetDashboard(this, 'Dashboard', { fleets: [this.fleet], ...economics });
  }
}
