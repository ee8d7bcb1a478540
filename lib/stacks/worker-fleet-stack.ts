import { Construct } from 'constructs';
import { FleetDashboard } from '../economics';
import { WorkerFleet } from '../fleet';
import { injectedProps } from '../image/private/injected-props';
import { FleetStack } from './fleet-stack';
import { WorkerFleetStackProps } from './worker-fleet-stack-props';

/**
 * A fleet of workers in one stack: network, image with kernels, job and result queues, ledger and bucket, instances that
 * take the jobs, and a dashboard of jobs, capacity, power and cost. To let others send jobs: `stack.fleet.queue.grantSendMessages(...)`.
 */
export class WorkerFleetStack extends FleetStack {
  /** By which a property injector names this class. */
  public static readonly PROPERTY_INJECTION_ID = 'cdk-graviton-fleet.WorkerFleetStack';

  /** The instances, with their queues. */
  public readonly fleet: WorkerFleet;
  /** The dashboard. */
  public readonly dashboard: FleetDashboard;

  /** @throws FleetConfigError with every problem of the fleet, see {@link WorkerFleet} */
  constructor(scope: Construct, id: string, props: WorkerFleetStackProps) {
    const injected = injectedProps(WorkerFleetStack.PROPERTY_INJECTION_ID, scope, id, props);
    super(scope, id, injected);
    const { capacity, jobs, rollout, lifecycle, economics } = injected;
    this.fleet = new WorkerFleet(this, 'Fleet', {
      ...this._network,
      image: this._image,
      ...{ capacity, jobs, rollout, lifecycle },
    });
    this.dashboard = new FleetDashboard(this, 'Dashboard', { fleets: [this.fleet], ...economics });
  }
}
