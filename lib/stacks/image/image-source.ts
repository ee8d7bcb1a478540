import { Duration, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { IInferenceImage, InferenceImage, InferenceImageOptions, InferenceRuntime } from '../../image';
import { ImageComponent } from '../../image/components/image-component';
import { KernelBundle } from '../../kernels';
import { Problem, throwIfAny } from '../../validation';

/** The AMI of a fleet's stack, when that has options and does not build it. */
type ImageFactory = (scope: Construct, options: InferenceImageOptions) => IInferenceImage;

/** Where the AMI of a fleet comes from that its stack does not build. */
export class ImageSource {
  /** An AMI of the fleet's region, by its id. */
  public static fromAmiId(amiId: string): ImageSource {
    return new ImageSource((_scope, options) => describe(InferenceImage.fromAmiId(amiId, knownOf(options)), options));
  }

  /**
   * The AMI whose id is in an SSM parameter when the stack is deployed, see {@link InferenceImage.fromSsmParameter}.
   *
   * @param parameterName beginning with `/`
   */
  public static fromSsmParameter(parameterName: string): ImageSource {
    return new ImageSource((scope, options) =>
      describe(InferenceImage.fromSsmParameter(scope, 'Image', { ...knownOf(options), parameterName }), options),
    );
  }

  /**
   * The AMI of a stack of this app, which is deployed first.
   *
   * CloudFormation refuses to change an output that another stack imports
   * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html, read 2026-11-23), so
   * that a new AMI would never be deployed: the fleets read it from a parameter.
   *
   * @internal
   */
  public static _ofStack(image: InferenceImage, parameterName: string): ImageSource {
    return new ImageSource((scope) => {
      Stack.of(scope).addStackDependency(Stack.of(image));
      const { runtime, kernels, rootVolumeSize, features, testedProcessors, instancePolicyStatements } = image;
      const { amiId, architecture, rootDeviceName } = InferenceImage.fromSsmParameter(scope, 'Image', {
        architecture: image.architecture,
        // Everything else is the image's own.
        runtime: InferenceRuntime.none(),
        parameterName,
      });
      return {
        ...{ amiId, architecture, rootDeviceName },
        ...{ runtime, kernels, rootVolumeSize, features, testedProcessors, instancePolicyStatements },
        // keepLast() may come after the fleet.
        get maxInstanceLifetime(): Duration | undefined {
          return image.maxInstanceLifetime;
        },
      };
    }, true);
  }

  private constructor(
    private readonly factory: ImageFactory,
    private readonly isDescribed = false,
  ) {}

  /**
   * @internal
   * @throws FleetConfigError when the options are about building, or no AMI can be had by the id or the parameter
   */
  public _imageFor(scope: Construct, options: InferenceImageOptions): IInferenceImage {
    throwIfAny(scope.node.path, this.isDescribed ? [] : buildProblems(options));
    return this.factory(scope, options);
  }
}

function knownOf({
  runtime,
  kernels = [KernelBundle.builtIn()],
  components = [],
  builder = {},
}: InferenceImageOptions) {
  return {
    architecture: ec2.InstanceArchitecture.ARM_64,
    runtime,
    kernels,
    features: ImageComponent._complete(components).flatMap(({ features }) => features),
    ...(builder.rootVolumeSize ? { rootVolumeSize: builder.rootVolumeSize } : {}),
  };
}

/** The AMI's components work only with what they may do. */
function describe(image: IInferenceImage, { components = [] }: InferenceImageOptions): IInferenceImage {
  const ofComponents = components.flatMap((component) => component.instancePolicyStatements);
  return { ...image, instancePolicyStatements: [...(image.instancePolicyStatements ?? []), ...ofComponents] };
}

function buildProblems({ baseImage, distribution, builder = {} }: InferenceImageOptions): Problem[] {
  const given = [
    ...(baseImage ? ['image.baseImage'] : []),
    ...(distribution ? ['image.distribution'] : []),
    ...Object.keys(builder).flatMap((key) => (key === 'rootVolumeSize' ? [] : [`image.builder.${key}`])),
  ];
  return given.map((what) => ({
    what,
    got: 'a value for an AMI that is made elsewhere',
    allowed: 'nothing beside source: no AMI is built',
    fix: 'remove it, or remove source',
  }));
}
