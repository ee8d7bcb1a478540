import { Construct } from 'constructs';
import { RayCluster } from '../../fleet';
import { injectedProps } from '../../image/private/injected-props';
import { FleetStack } from '../fleet-stack';
import { RayClusterStackProps } from './ray-cluster-stack-props';

/** A Ray cluster in one stack: network, image with Ray, the head, and what Ray launches workers from. */
export class RayClusterStack extends FleetStack {
  /** By which a property injector names this class. */
  public static readonly PROPERTY_INJECTION_ID = 'cdk-graviton-fleet.RayClusterStack';

  /** The head, and what its workers are launched with. */
  public readonly cluster: RayCluster;

  /** @throws FleetConfigError with every problem of the cluster, see {@link RayCluster} */
  constructor(scope: Construct, id: string, props: RayClusterStackProps) {
    const injected = injectedProps(RayClusterStack.PROPERTY_INJECTION_ID, scope, id, props);
    super(scope, id, injected);
    const { capacity, headInstanceType, idleTimeout, coldStart } = injected;
    this.cluster = new RayCluster(this, 'Cluster', {
      ...this._network,
      image: this._image,
      ...{ capacity, headInstanceType, idleTimeout, coldStart },
    });
  }
}
