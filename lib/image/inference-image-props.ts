import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { InferenceImageOptions } from './inference-image-options';

/** What goes on an image, and where it is built. */
export interface InferenceImageProps extends InferenceImageOptions {
  /** The network of the build and test instances. They need a way out, to reach S3, Systems Manager and packages. */
  readonly vpc: ec2.IVpc;
}
