import { Stack } from 'aws-cdk-lib';
import * as servicecatalog from 'aws-cdk-lib/aws-servicecatalog';
import { Construct } from 'constructs';
import { FleetCapacity, ScalableFleet } from '../../fleet';
import { BoundNetwork } from '../../fleet/network/fleet-network';
import { IInferenceImage } from '../../image';
import { throwIfAny } from '../../validation';
import { FleetStackOptions } from '../fleet-stack-options';
import { firstZones } from '../private/first-zones';
import { createFleetBase } from '../private/fleet-base';
import { FleetKnobs } from './fleet-knobs';
import { FleetProductProps } from './fleet-product-props';
import { addKnobs } from './private/add-knobs';
import { knobProblems, sizeCorners } from './private/knob-problems';

/**
 * A fleet as a version of a Service Catalog product, for
 * `CloudFormationTemplate.fromProductStack()`. Those who order it turn its knobs and nothing else: all that they can
 * choose was checked when the product was synthesized, because the fleet is made with the widest bounds that the knobs
 * allow, and its capacity is held against the narrowest as well.
 *
 * Sizes of instances are versions of the product, one FleetProduct each: the kernels, the region, the builders of the AMI
 * and the figures of the dashboard depend on the types, and a parameter would take them out of every check.
 *
 * A product is for the region of the stack around it, as its portfolio is; the account is that of whoever orders it.
 */
export abstract class FleetProduct extends servicecatalog.ProductStack {
  /** @internal */
  protected readonly _network: BoundNetwork;
  /** @internal */
  protected readonly _image: IInferenceImage;
  private readonly knobs: FleetKnobs;

  protected constructor(scope: Construct, id: string, props: FleetProductProps, options: FleetStackOptions) {
    super(scope, id, { assetBucket: props.assetBucket });
    this.knobs = props.knobs ?? {};
    // CDK leaves the region open. Service Catalog offers and deploys a product in the region of its portfolio, so that
    // types, prices and grid can be known.
    (this as { region: string }).region = Stack.of(scope).region;
    throwIfAny(this.node.path, knobProblems(options.capacity, this.knobs, this.region, options.image.kernels));
    const { network, image } = createFleetBase(this, options);
    this._network = network;
    this._image = image;
  }

  /** The first Availability Zones of the region at deployment, which need no look-up at synthesis. */
  public override get availabilityZones(): string[] {
    return firstZones();
  }

  /**
   * The capacity with the least and the greatest numbers of instances that can be chosen, in each combination.
   *
   * @internal
   */
  protected _chosenCapacities(capacity: FleetCapacity): FleetCapacity[] {
    const { least, greatest } = sizeCorners(capacity, this.knobs);
    return least.length === 1 && greatest.length === 1
      ? [capacity]
      : least.flatMap((min) => greatest.map((max) => capacity._resized(min, max)));
  }

  /** @internal */
  protected _offer(fleet: ScalableFleet): void {
    addKnobs(this, fleet, this.knobs);
  }
}
