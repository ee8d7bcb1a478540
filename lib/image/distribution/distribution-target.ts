import * as kms from 'aws-cdk-lib/aws-kms';

/** A region that gets an image, and who may launch it there. */
export interface DistributionTarget {
  /** The region, for example `us-west-2`. The stack's own region may be named, to share the AMI there. */
  readonly region: string;
  /**
   * Key that encrypts the copy, in that region.
   *
   * @default - the region's default key of EBS, with which no other account can launch the AMI; in the stack's own region
   * the key of the image's builder
   */
  readonly encryptionKey?: kms.IKey;
  /**
   * Ids of the accounts that may launch the AMI. Needs a key of yours, which they may use.
   *
   * @default - this account only
   */
  readonly accounts?: string[];
  /**
   * Tags of the AMI there, beside those that every AMI of the image has.
   *
   * @default - none
   */
  readonly tags?: { [key: string]: string };
}
