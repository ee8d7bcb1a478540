import { Size } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import { ImageLogs } from './image-logs';
import { VulnerabilityScan } from './vulnerability-scan';

/** How and where an image is built and tested. */
export interface ImageBuilderOptions {
  /**
   * Instance types that may build the image; Image Builder takes the first that has capacity. A build takes tens of
   * minutes and is billed like any instance.
   *
   * @default ['m9g.large']
   */
  readonly instanceTypes?: string[];
  /**
   * Instance types that test the image: name one of each processor generation that the fleet may use. The tests of all
   * generations run side by side, each on the first type of its generation that has capacity, and the image fails when
   * one of them does.
   *
   * @default - the types that build it
   */
  readonly testInstanceTypes?: string[];
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
  /**
   * Key that encrypts the AMI's volumes. The service-linked role of Auto Scaling and the accounts of the distribution get
   * what they need in the key's policy; a key from elsewhere must grant it to them itself. A key of your own is 1 USD per
   * month (list price, 2026).
   *
   * @default - the account's default key of EBS: free, and no other account can launch the AMI
   */
  readonly encryptionKey?: kms.IKey;
  /**
   * Where the logs of builds and tests go.
   *
   * @default ImageLogs.toLogGroup()
   */
  readonly logs?: ImageLogs;
  /**
   * What is looked for before an AMI is let out.
   *
   * @default VulnerabilityScan.packageAdvisories()
   */
  readonly vulnerabilityScan?: VulnerabilityScan;
}
