import * as imagebuilder from 'aws-cdk-lib/aws-imagebuilder';
import { Construct } from 'constructs';
import { imageBuilderName } from './image-builder-name';

export interface LifecyclePolicyProps {
  readonly description: string;
  readonly executionRoleArn: string;
  /** Tag of the images that the policy is for. By recipe it would pin one version of it. */
  readonly selection: Record<string, string>;
  /** Images to keep whatever their age. */
  readonly count: number;
  /** Days since its last launch within which an AMI is kept. */
  readonly lastLaunchedDays: number;
  /** Accounts whose AMIs are kept: their launches cannot be seen. */
  readonly sharedAccounts: readonly string[];
  /** Tag that keeps an image or an AMI. */
  readonly exclusion: Record<string, string>;
}

/** Deletes images with their AMIs and snapshots once there are more than enough. */
export class LifecyclePolicy extends Construct {
  constructor(scope: Construct, id: string, props: LifecyclePolicyProps) {
    super(scope, id);
    new imagebuilder.CfnLifecyclePolicy(this, 'Resource', {
      // The names of lifecycle policies are the only ones that must be in lower case.
      name: imageBuilderName(this).toLowerCase(),
      description: props.description,
      executionRole: props.executionRoleArn,
      resourceType: 'AMI_IMAGE',
      status: 'ENABLED',
      resourceSelection: { tagMap: props.selection },
      policyDetails: [
        {
          action: { type: 'DELETE', includeResources: { amis: true, snapshots: true } },
          filter: { type: 'COUNT', value: props.count },
          exclusionRules: {
            tagMap: props.exclusion,
            amis: {
              lastLaunched: { unit: 'DAYS', value: props.lastLaunchedDays },
              sharedAccounts: props.sharedAccounts.length > 0 ? [...props.sharedAccounts] : undefined,
              tagMap: props.exclusion,
            },
          },
        },
      ],
    });
  }
}
