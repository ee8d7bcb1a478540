import { Duration, Size } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { KernelBundle } from '../kernels';
import { ImageFeature } from './image-feature';
import { InferenceRuntime } from './runtime';

/** What you know about an AMI that was built elsewhere. */
export interface ExistingImageOptions {
  /** Architecture of the AMI. Nothing at synthesis can look it up, so a wrong word here fails at launch. */
  readonly architecture: ec2.InstanceArchitecture;
  /**
   * What serves on the instance, as it was when the AMI was built: its port, health path, metadata hop limit, and the
   * options of the built-in server. Nothing is installed.
   */
  readonly runtime: InferenceRuntime;
  /**
   * The kernels that are on the AMI, so that the fleet can refuse instance types on which they would trap.
   *
   * @default - none: the fleet checks the architecture only
   */
  readonly kernels?: KernelBundle[];
  /**
   * Software on the AMI that some constructs need, installed by the components of an `InferenceImage` elsewhere.
   *
   * @default - none
   */
  readonly features?: ImageFeature[];
  /**
   * Device name of the AMI's root volume.
   *
   * @default /dev/xvda
   */
  readonly rootDeviceName?: string;
  /**
   * Size of the root volume, in whole GiB, at least that of the AMI's snapshot.
   *
   * @default Size.gibibytes(30)
   */
  readonly rootVolumeSize?: Size;
  /**
   * Longest life of an instance, from 1 to 365 days. Set it two days below the `unusedFor` of a lifecycle policy that
   * deletes AMIs by their last launch, so that it never deletes one that an instance runs.
   *
   * @default - no limit
   */
  readonly maxInstanceLifetime?: Duration;
}
