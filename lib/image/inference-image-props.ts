import { Size } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { KernelBundle } from '../kernels';
import { BaseImage } from './base-image';
import { InferenceRuntime } from './runtime';

/** What goes on an image, and where it is built. */
export interface InferenceImageProps {
  /** The network of the build and test instances. They need a way out, to reach S3, Systems Manager and packages. */
  readonly vpc: ec2.IVpc;
  /** What serves on the instance. */
  readonly runtime: InferenceRuntime;
  /**
   * The bundles of kernels to install, each under a name of its own.
   *
   * @default [KernelBundle.builtIn()]
   */
  readonly kernels?: KernelBundle[];
  /**
   * The AMI to build on.
   *
   * @default BaseImage.amazonLinux2023()
   */
  readonly baseImage?: BaseImage;
  /**
   * Instance types that may build and test the image; Image Builder takes the first that has capacity. The self-test
   * runs on them, so name the generation of the fleet. A build takes tens of minutes and is billed like any instance.
   *
   * @default ['m9g.large']
   */
  readonly builderInstanceTypes?: string[];
  /**
   * Subnets for the build and test instances; the first one is used.
   *
   * @default - private subnets with a way out
   */
  readonly vpcSubnets?: ec2.SubnetSelection;
  /**
   * Size of the AMI's root volume (gp3, encrypted), in whole GiB. The container image must fit.
   *
   * @default Size.gibibytes(30)
   */
  readonly rootVolumeSize?: Size;
}
