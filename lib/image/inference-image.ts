import { Size, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { GravitonProcessor, InstanceCatalog } from '../catalog';
import { KernelBundle } from '../kernels';
import { FleetConfigError } from '../validation';
import { BaseImage } from './base-image';
import { ExistingImageOptions } from './existing-image-options';
import { IInferenceImage } from './i-inference-image';
import { InferenceImageProps } from './inference-image-props';
import { bootCheckPhases } from './private/boot-check-component';
import { builderRole, grantReadOfAssets } from './private/builder-role';
import { checkImage } from './private/check-image';
import { Component, Image, ImageRecipe, InfrastructureConfiguration } from './private/image-builder';
import { kernelComponentPhases } from './private/kernel-component';
import { InferenceRuntime } from './runtime';

/** Generally available in every region that has Graviton5; two vCPUs install packages in acceptable time. */
const DEFAULT_BUILDER_INSTANCE_TYPES = ['m9g.large'];

/** The root device of Amazon Linux 2023. */
const ROOT_DEVICE_NAME = '/dev/xvda';

/** Amazon Linux needs 8 GiB; the rest is for a container image of an inference engine. */
const DEFAULT_ROOT_VOLUME_SIZE = Size.gibibytes(30);

/**
 * An AMI that carries compiled kernels and a runtime, built by EC2 Image Builder while the stack is deployed.
 *
 * One changed byte in the kernel bundle changes one resource of the template, the component that installs it. The
 * recipe, the image, the AMI id and every launch template that uses it follow by reference. The bundle's self-test runs
 * on a Graviton instance before the AMI is registered, and again on an instance of the AMI; when it fails, the
 * deployment fails and no launch template changes.
 *
 * Earlier AMIs are kept when the image is replaced, because CloudFormation rolls back to them.
 */
export class InferenceImage extends Construct implements IInferenceImage {
  /**
   * An AMI that was built elsewhere, with what you know about it.
   *
   * @throws FleetConfigError when the AMI is not for Arm64
   */
  public static fromAmiId(amiId: string, options: ExistingImageOptions): IInferenceImage {
    const problems = [];
    if (options.architecture !== ec2.InstanceArchitecture.ARM_64) {
      problems.push({
        what: 'architecture',
        got: `${options.architecture} for ${amiId}`,
        allowed: 'arm64',
        fix: 'use an Arm image: Graviton instances cannot boot another',
      });
    }
    if (!Token.isUnresolved(amiId) && !/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(amiId)) {
      const allowed = 'an AMI id such as ami-0123456789abcdef0';
      problems.push({
        what: 'amiId',
        got: JSON.stringify(amiId),
        allowed,
        fix: 'give the id of the AMI in this region',
      });
    }
    if (problems.length > 0) {
      throw new FleetConfigError('InferenceImage.fromAmiId', problems);
    }
    return { amiId, rootDeviceName: ROOT_DEVICE_NAME, rootVolumeSize: DEFAULT_ROOT_VOLUME_SIZE, ...options };
  }

  public readonly amiId: string;
  public readonly architecture = ec2.InstanceArchitecture.ARM_64;
  public readonly runtime: InferenceRuntime;
  public readonly rootDeviceName = ROOT_DEVICE_NAME;
  public readonly rootVolumeSize: Size;
  public readonly kernels?: KernelBundle[];
  public readonly testedProcessors?: GravitonProcessor[];

  /**
   * @throws FleetConfigError when a builder instance type is unknown, not for Arm64, not offered in the stack's region
   * or unable to run any variant of the kernels, or the root volume is too small for Amazon Linux
   */
  constructor(scope: Construct, id: string, props: InferenceImageProps) {
    super(scope, id);
    const builderInstanceTypes = props.builderInstanceTypes ?? DEFAULT_BUILDER_INSTANCE_TYPES;
    this.rootVolumeSize = props.rootVolumeSize ?? DEFAULT_ROOT_VOLUME_SIZE;
    const kernels = props.kernels ?? [KernelBundle.builtIn()];
    this.kernels = kernels;
    checkImage(this, { builderInstanceTypes, rootVolumeSize: this.rootVolumeSize, kernels });

    this.runtime = props.runtime;
    this.testedProcessors = processorsOf(builderInstanceTypes);
    this.amiId = this.createImage(props, kernels, builderInstanceTypes).amiId;
  }

  private createImage(props: InferenceImageProps, kernels: KernelBundle[], instanceTypes: string[]): Image {
    const role = builderRole(this);
    const subnets = props.vpc.selectSubnets(props.vpcSubnets ?? { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS });
    const image = new Image(this, 'Image', {
      recipe: this.createRecipe(kernels, role, props.baseImage ?? BaseImage.amazonLinux2023()),
      infrastructure: new InfrastructureConfiguration(this, 'Infrastructure', {
        instanceTypes,
        role,
        subnetId: subnets.subnetIds[0],
        securityGroup: new ec2.SecurityGroup(this, 'BuilderSecurityGroup', {
          vpc: props.vpc,
          description: 'Image builder instances: no ingress',
        }),
      }),
    });
    // The build starts as soon as its own references exist. It needs the role's policies and the route out as well,
    // and when the stack is deleted they must outlive it.
    image.node.addDependency(role, subnets.internetConnectivityEstablished);
    return image;
  }

  private createRecipe(bundles: KernelBundle[], builder: iam.Role, baseImage: BaseImage): ImageRecipe {
    const assets = bundles.map((bundle) => new Asset(this, `KernelBundle-${bundle.name}`, { path: bundle.directory }));
    grantReadOfAssets(builder, assets);
    const bootCheck = new Component(this, 'BootCheck', {
      description: 'Verifies the kernels at each boot, before anything serves',
      phases: bootCheckPhases(),
    });
    const kernels = bundles.map(
      (bundle, index) =>
        new Component(this, `Kernels-${bundle.name}`, {
          description: 'Compiled Arm64 kernels and their self-test',
          phases: kernelComponentPhases(bundle, assets[index]),
        }),
    );
    const runtime = new Component(this, 'Runtime', {
      description: 'What serves requests on the instance',
      phases: this.runtime._phases,
    });
    return new ImageRecipe(this, 'Recipe', {
      parentImage: baseImage.parentImage,
      components: [bootCheck, ...kernels, runtime],
      rootDeviceName: this.rootDeviceName,
      rootVolumeGib: this.rootVolumeSize.toGibibytes(),
      amiTags: { 'graviton-fleet:kernels': bundles.map(({ name }) => name).join(' ') },
    });
  }
}

function processorsOf(instanceTypes: string[]): GravitonProcessor[] {
  const processors = instanceTypes.map((type) => InstanceCatalog.lookup(type)?.processor);
  return [...new Set(processors.filter((processor) => processor !== undefined))];
}
