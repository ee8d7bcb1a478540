import { Stack } from 'aws-cdk-lib';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { FleetNetwork } from '../../fleet';
import { InferenceImage } from '../../image';
import { firstZones } from '../private/first-zones';
import { FleetImageOptions } from './fleet-image-options';
import { ImageSource } from './image-source';
import { InferenceImageStackProps } from './inference-image-stack-props';

/**
 * An image that several fleets share, in a stack of its own with the network of its builders. It is built once for all of
 * them, and each fleet rolls at its own deployment:
 *
 * ```ts
 * const base = new InferenceImageStack(app, 'Base', { image: { runtime } });
 * new InferenceFleetStack(app, 'Chat', { image: base.fleetImage, capacity });
 * ```
 *
 * The fleets read the id of the AMI from an SSM parameter when they are deployed. What `image.addScheduledRebuild()`
 * builds is published there as well.
 */
export class InferenceImageStack extends Stack {
  /** The AMI. */
  public readonly image: InferenceImage;
  /** The `image` of the fleets' stacks: of the same app, region and account. */
  public readonly fleetImage: FleetImageOptions;
  /** Name of the SSM parameter that has the id of the AMI, `/graviton-fleet/<stack name>/ami`. */
  public readonly parameterName: string;

  /** @throws FleetConfigError with every problem of the image, see {@link InferenceImage} */
  constructor(scope: Construct, id: string, props: InferenceImageStackProps) {
    super(scope, id, props);
    const { image, network = FleetNetwork.withNatGateway() } = props;
    const { vpc, vpcSubnets } = network._bind(this);
    this.image = new InferenceImage(this, 'Image', { ...image, vpc, builder: { vpcSubnets, ...image.builder } });
    this.parameterName = `/graviton-fleet/${this.stackName}/ami`;
    this.image._publishIn(
      // Fleets of other stacks must know the name when they are synthesized: CloudFormation reads the parameters of a
      // template before anything else.
      new ssm.StringParameter(this, 'AmiParameter', {
        parameterName: this.parameterName,
        description: 'The newest AMI of an inference image',
        dataType: ssm.ParameterDataType.AWS_EC2_IMAGE,
        stringValue: this.image.amiId,
      }),
    );
    this.fleetImage = { ...image, source: ImageSource._ofStack(this.image, this.parameterName) };
  }

  /** The first Availability Zones of the region at deployment, which need no look-up at synthesis. */
  public override get availabilityZones(): string[] {
    return firstZones();
  }
}
