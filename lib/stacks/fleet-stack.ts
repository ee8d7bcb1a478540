import { Stack, Tags } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { BoundNetwork } from '../fleet/network/fleet-network';
import { IInferenceImage, InferenceImage } from '../image';
import { FleetConfigError } from '../validation';
import { InstanceStackProps } from './instance-stack-props';
import { firstZones } from './private/first-zones';
import { createFleetBase } from './private/fleet-base';

/** A stack with a fleet, its image and its network. */
export abstract class FleetStack extends Stack {
  /** @internal */
  protected readonly _network: BoundNetwork;
  /** @internal */
  protected readonly _image: IInferenceImage;

  protected constructor(scope: Construct, id: string, props: InstanceStackProps) {
    super(scope, id, props);
    tagResources(this, props.tags);
    const { network, image } = createFleetBase(this, props);
    this._network = network;
    this._image = image;
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

/** Above the tags that resources are made with (50), and below what `Tags.of()` adds (100). */
const STACK_TAG_PRIORITY = 75;

/**
 * With the flag `@aws-cdk/core:explicitStackTags` the tags of a stack are in no template. Here they are, as those of a fleet
 * of a fleet.yaml, under what `Tags.of()` says of the same key, of an app as well.
 */
function tagResources(stack: Stack, tags: Readonly<Record<string, string>> = {}): void {
  for (const [key, value] of Object.entries(tags)) {
    Tags.of(stack).add(key, value, { priority: STACK_TAG_PRIORITY });
  }
}
