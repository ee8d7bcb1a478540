import { Fn, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { FleetNetwork } from '../fleet';
import { BoundNetwork } from '../fleet/network/fleet-network';
import { MAX_ZONES } from '../fleet/network/private/zones';
import { InferenceImage } from '../image';
import { FleetStackProps } from './fleet-stack-props';
import { checkedCapacity } from './private/checked-capacity';
import { smallBuilders } from './private/small-builders';

/** A stack with a fleet, its image and its network. */
export abstract class FleetStack extends Stack {
  /** The AMI. */
  public readonly image: InferenceImage;
  /** @internal */
  protected readonly _network: BoundNetwork;

  protected constructor(scope: Construct, id: string, props: FleetStackProps) {
    super(scope, id, props);
    const { image, network = FleetNetwork.withNatGateway() } = props;
    const capacity = checkedCapacity(`${this.node.path}/Fleet`, props.capacity, this.region, image.kernels);
    this._network = network._bind(this);
    const { vpc, vpcSubnets } = this._network;
    const builders = smallBuilders(capacity.instanceTypes);
    this.image = new InferenceImage(this, 'Image', {
      ...image,
      vpc,
      builder: { instanceTypes: builders, testInstanceTypes: builders, vpcSubnets, ...image.builder },
    });
  }

  /**
   * The first Availability Zones of the region at deployment. CDK would look them up during synthesis, even for a `Vpc`
   * that names its zones, and keep them in cdk.context.json.
   */
  public override get availabilityZones(): string[] {
    return Array.from({ length: MAX_ZONES }, (_, index) => Fn.select(index, Fn.getAzs()));
  }
}
