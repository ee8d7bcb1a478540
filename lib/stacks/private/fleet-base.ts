import { Stack } from 'aws-cdk-lib';
import { FleetNetwork } from '../../fleet';
import { BoundNetwork } from '../../fleet/network/fleet-network';
import { IInferenceImage, InferenceImage } from '../../image';
import { InstanceStackOptions } from '../instance-stack-options';
import { checkedCapacity } from './checked-capacity';
import { smallBuilders } from './small-builders';

/** What stands in a stack before its fleet. */
export interface FleetBase {
  readonly network: BoundNetwork;
  readonly image: IInferenceImage;
}

/**
 * Makes the network and the image of a stack with a fleet.
 *
 * @throws FleetConfigError with every problem of the capacity in the region of the stack, or of the image
 */
export function createFleetBase(stack: Stack, options: InstanceStackOptions): FleetBase {
  const { network = FleetNetwork.withNatGateway() } = options;
  const { source, ...image } = options.image;
  const capacity = checkedCapacity(`${stack.node.path}/Fleet`, options.capacity, stack.region, image.kernels);
  const bound = network._bind(stack);
  const { vpc, vpcSubnets } = bound;
  const builders = smallBuilders(capacity.instanceTypes);
  return {
    network: bound,
    image:
      source?._imageFor(stack, image) ??
      new InferenceImage(stack, 'Image', {
        ...image,
        vpc,
        builder: { instanceTypes: builders, testInstanceTypes: builders, vpcSubnets, ...image.builder },
      }),
  };
}
