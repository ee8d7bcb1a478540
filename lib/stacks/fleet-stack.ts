import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { FleetNetwork } from '../fleet';
import { BoundNetwork } from '../fleet/network/fleet-network';
import { IInferenceImage, InferenceImage } from '../image';
import { FleetConfigError } from '../validation';
import { FleetStackProps } from './fleet-stack-props';
import { checkedCapacity } from './private/checked-capacity';
import { firstZones } from './private/first-zones';
import { smallBuilders } from './private/small-builders';

/** A stack with a fleet, its image and its network. */
export abstract class FleetStack extends Stack {
  /** @internal */
  protected readonly _network: BoundNetwork;
  /** @internal */
  protected readonly _image: IInferenceImage;

  protected constructor(scope: Construct, id: string, props: FleetStackProps) {
    super(scope, id, props);
    const { network = FleetNetwork.withNatGateway() } = props;
    const { source, ...image } = props.image;
    const capacity = checkedCapacity(`${this.node.path}/Fleet`, props.capacity, this.region, image.kernels);
    this._network = network._bind(this);
    const { vpc, vpcSubnets } = this._network;
    const builders = smallBuilders(capacity.instanceTypes);
    this._image =
      source?._imageFor(this, image) ??
      new InferenceImage(this, 'Image', {
        ...image,
        vpc,
        builder: { instanceTypes: builders, testInstanceTypes: builders, vpcSubnets, ...image.builder },
      });
  }

  /**
   * The AMI that this stack builds.
   *
   * @throws FleetConfigError when it builds none, because the fleet's image has a `source`
   */
  public get image(): InferenceImage {
    if (this._image instanceof InferenceImage) {
      return this._image;
    }
    const fix = 'use `fleet.image`, or the image of the stack that builds it';
    const problem = { what: 'image', got: 'an AMI that is made elsewhere', allowed: 'one that this stack builds', fix };
    throw new FleetConfigError(this.node.path, [problem]);
  }

  /** The first Availability Zones of the region at deployment, which need no look-up at synthesis. */
  public override get availabilityZones(): string[] {
    return firstZones();
  }
}
