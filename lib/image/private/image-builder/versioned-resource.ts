import { CfnDeletionPolicy, CfnResource } from 'aws-cdk-lib';

/**
 * Image Builder raises the last part itself with each new content, so a changed component, recipe or workflow needs no
 * version counter of our own: https://docs.aws.amazon.com/imagebuilder/latest/userguide/ibhow-semantic-versioning.html
 */
export const AUTOMATIC_VERSION = '1.0.x';

/**
 * Keeps what an update of the stack replaces. A superseded image stays visible to lifecycle policies this way, and so
 * does what it was made from, which Image Builder refuses to delete before the image. None of it is billed; an AMI's
 * snapshots are, whether Image Builder still knows the image or not.
 */
export function keepWhenReplaced(resource: CfnResource): void {
  resource.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
  resource.cfnOptions.deletionPolicy = CfnDeletionPolicy.DELETE;
}
