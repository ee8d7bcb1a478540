import { Duration, Size } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { GravitonProcessor } from '../catalog';
import { KernelBundle } from '../kernels';
import { ImageFeature } from './image-feature';
import { InferenceRuntime } from './runtime';

/** An AMI that serves, with what a fleet must know of it before it may run it. */
export interface IInferenceImage {
  /** Id of the AMI: never a parameter that EC2 resolves at launch, because then no deployment could be rolled back. */
  readonly amiId: string;
  /** Architecture of the AMI. */
  readonly architecture: ec2.InstanceArchitecture;
  /** What serves on the instance. */
  readonly runtime: InferenceRuntime;
  /** Device name of the root volume, for example `/dev/xvda`. */
  readonly rootDeviceName: string;
  /** Size of the root volume, at least that of the AMI's snapshot. */
  readonly rootVolumeSize: Size;
  /**
   * The bundles of kernels on the AMI. A fleet refuses instance types on which no variant of one of them runs.
   *
   * @default - none, and nothing is known about the instructions that the AMI's programs use
   */
  readonly kernels?: KernelBundle[];
  /**
   * The processors on which the AMI's tests have passed before any launch template can name it.
   *
   * @default - unknown
   */
  readonly testedProcessors?: GravitonProcessor[];
  /**
   * What the instances must be allowed for the image's components to work; a fleet grants it to its role.
   *
   * @default - nothing
   */
  readonly instancePolicyStatements?: iam.PolicyStatement[];
  /**
   * Software on the AMI that some constructs need, such as `RayCluster` and `BatchFleet`.
   *
   * @default - none
   */
  readonly features?: ImageFeature[];
  /**
   * Longest life of an instance, so that a lifecycle policy which goes by an AMI's last launch never deletes one that an
   * instance runs. A fleet sets it on its group when the template is synthesized.
   *
   * @default - no limit
   */
  readonly maxInstanceLifetime?: Duration;
}
