import { Construct } from 'constructs';
import { BatchFleet } from '../../fleet';
import { injectedProps } from '../../image/private/injected-props';
import { FleetStack } from '../fleet-stack';
import { BatchFleetStackProps } from './batch-fleet-stack-props';

/** A queue of AWS Batch in one stack: network, image with the agent of Amazon ECS, compute environments and job queue. */
export class BatchFleetStack extends FleetStack {
  /** By which a property injector names this class. */
  public static readonly PROPERTY_INJECTION_ID = 'cdk-graviton-fleet.BatchFleetStack';

  /** The job queue, and what works on it. */
  public readonly fleet: BatchFleet;

  /** @throws FleetConfigError with every problem of the fleet, see {@link BatchFleet} */
  constructor(scope: Construct, id: string, props: BatchFleetStackProps) {
    const injected = injectedProps(BatchFleetStack.PROPERTY_INJECTION_ID, scope, id, props);
    super(scope, id, injected);
    const { capacity, updateTimeout } = injected;
    this.fleet = new BatchFleet(this, 'Fleet', {
      ...this._network,
      image: this._image,
      ...{ capacity, updateTimeout },
    });
  }
}
