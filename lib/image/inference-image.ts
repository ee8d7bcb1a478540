import { Duration, Size } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { GravitonProcessor } from '../catalog';
import { KernelBundle } from '../kernels';
import { ExistingImageOptions } from './existing-image-options';
import { IInferenceImage } from './i-inference-image';
import { ImageFeature } from './image-feature';
import { InferenceImageProps } from './inference-image-props';
import { KeepLastOptions } from './lifecycle/keep-last-options';
import { ScheduledRebuild } from './lifecycle/scheduled-rebuild';
import { ScheduledRebuildOptions } from './lifecycle/scheduled-rebuild-options';
import { ImageBuildParts } from './private/build/image-build-parts';
import { testGenerations } from './private/build/test-generations';
import { checkImage } from './private/check-image';
import { ROOT_DEVICE_NAME } from './private/image-defaults';
import { ImageRetention } from './private/image-retention';
import { imageSettings } from './private/image-settings';
import { injectedProps } from './private/injected-props';
import { imageFromAmiId } from './private/references/existing-image';
import { SsmParameterImage } from './private/references/ssm-parameter-image';
import { InferenceRuntime } from './runtime';
import { SsmParameterImageOptions } from './ssm-parameter-image-options';

/**
 * An AMI that carries compiled kernels and a runtime, built by EC2 Image Builder while the stack is deployed.
 *
 * One changed byte in the kernel bundle changes one resource of the template, the component that installs it. The
 * recipe, the image, the AMI id and every launch template that uses it follow by reference. The bundle's self-test runs
 * on a Graviton instance before the AMI is registered, and again on instances of the AMI, one of each generation under
 * test; when one fails, the deployment fails and no launch template changes.
 *
 * Earlier images and their AMIs are kept when the image is replaced, because CloudFormation rolls back to them, until
 * `keepLast()` says otherwise. The AMI is tagged with the digest of each bundle, as `graviton-fleet:kernels:NAME`.
 */
export class InferenceImage extends Construct implements IInferenceImage {
  /** By which a property injector names this class. */
  public static readonly PROPERTY_INJECTION_ID = 'cdk-graviton-fleet.InferenceImage';

  /**
   * An AMI that was built elsewhere, with what you know about it.
   *
   * @throws FleetConfigError when the AMI is not for Arm64
   */
  public static fromAmiId(amiId: string, options: ExistingImageOptions): IInferenceImage {
    return imageFromAmiId(amiId, options);
  }

  /**
   * The AMI whose id is in an SSM parameter, such as that of a `ScheduledRebuild` in another stack, with what you know
   * about it. CloudFormation reads the parameter at each deployment; `cdk deploy` makes one whenever a template has such a
   * parameter. The launch template gets the id and never the parameter, so that a roll-out can be rolled back.
   *
   * @throws FleetConfigError when the AMI is not for Arm64, or the name is none or only known at deployment
   */
  public static fromSsmParameter(scope: Construct, id: string, options: SsmParameterImageOptions): IInferenceImage {
    // A factory hands scope and id on, as a constructor does to super().
    // eslint-disable-next-line awscdk/require-passing-this
    return new SsmParameterImage(scope, id, options).image;
  }

  public readonly amiId: string;
  public readonly architecture = ec2.InstanceArchitecture.ARM_64;
  public readonly runtime: InferenceRuntime;
  public readonly rootDeviceName = ROOT_DEVICE_NAME;
  public readonly rootVolumeSize: Size;
  public readonly kernels?: KernelBundle[];
  public readonly testedProcessors?: GravitonProcessor[];
  public readonly instancePolicyStatements?: iam.PolicyStatement[];
  public readonly features?: ImageFeature[];

  private readonly build: ImageBuildParts;
  private readonly retention: ImageRetention;
  private published?: ssm.StringParameter;

  /**
   * @throws FleetConfigError with every problem: a builder or test instance type that is unknown, not for Arm64, not
   * offered in the stack's region or unable to run any variant of the kernels; a root volume too small for Amazon Linux;
   * bundles or components of one name, too many components; a distribution that no account could launch
   */
  constructor(scope: Construct, id: string, props: InferenceImageProps) {
    const injected = injectedProps(InferenceImage.PROPERTY_INJECTION_ID, scope, id, props);
    super(scope, id);
    const settings = imageSettings(injected);
    checkImage(this, settings, injected.runtime);

    this.runtime = injected.runtime;
    this.kernels = settings.kernels;
    this.rootVolumeSize = settings.rootVolumeSize;
    this.testedProcessors = testGenerations(settings.testInstanceTypes).flatMap(({ processor }) => processor ?? []);
    this.features = settings.components.flatMap(({ features }) => features);
    this.build = new ImageBuildParts(this, settings, injected.runtime);
    this.instancePolicyStatements = [
      ...settings.components.flatMap((component) => component.instancePolicyStatements),
      ...this.build.runtimeStatements,
    ];
    this.retention = new ImageRetention(this, settings.targets);
    this.amiId = this.build.image.amiId;
  }

  public get maxInstanceLifetime(): Duration | undefined {
    return this.retention.maxInstanceLifetime;
  }

  /**
   * Builds the image again by a schedule, for patches of the base image and its packages, and publishes the AMI's id in
   * an SSM parameter. See {@link ScheduledRebuild} for who owns the parameter.
   *
   * @throws FleetConfigError when the schedule is no cron expression, the name cannot be one, or there is a schedule
   */
  public addScheduledRebuild(options: ScheduledRebuildOptions): ScheduledRebuild {
    const rebuild = ScheduledRebuild._of(this, this.build, options, this.published);
    this.retention.addRebuilds();
    return rebuild;
  }

  /**
   * Rebuilds are published in a parameter that there is already.
   *
   * @internal
   */
  public _publishIn(parameter: ssm.StringParameter): void {
    this.published = parameter;
  }

  /**
   * Deletes images with their AMIs and snapshots once a day, all but the last ones: so many of those that deployments
   * built, and as many of those that a schedule built. Never one that an instance of this stack's fleets runs:
   *
   * - What CloudFormation replaces stays known to Image Builder, so that the image that the stack names is the last one
   *   that a deployment built, or after failed deployments an earlier one, which its launches protect.
   * - An AMI launched within `unusedFor` is kept, and fleets of the image replace each instance before that.
   * - AMIs that other accounts may launch are kept, because their launches cannot be seen.
   *
   * Not covered: a fleet that takes its AMI by id or parameter, unless its `maxInstanceLifetime` is two days below
   * `unusedFor`; and such a fleet without any instance for longer than that, whose AMI is no longer among the last ones.
   * Tag what such a fleet needs with `graviton-fleet:keep` = `true`, the image or the AMI.
   *
   * @param count images to keep, 2 to 1000: the current one, and what a rollback returns to
   * @throws FleetConfigError when the count or the time is out of range, or the last ones are kept already
   */
  public keepLast(count: number, options: KeepLastOptions = {}): void {
    this.retention.keepLast(count, options);
  }
}
