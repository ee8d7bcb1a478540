import { InstanceMetadata } from './instance-metadata';

/** What this instance is, as the AWS calls need it. */
export interface InstanceIdentity {
  readonly instanceId: string;
  readonly region: string;
  /** `undefined` for an instance outside any group, or one whose metadata have no tags. */
  readonly autoScalingGroupName?: string;
}

/** What a configuration may say instead of the metadata. */
export interface IdentityOverrides {
  readonly region?: string;
  readonly autoScalingGroupName?: string;
}

/**
 * Asks the instance metadata who this is. The group's name is a tag, which the metadata have when the launch template
 * sets `InstanceMetadataTags`.
 *
 * @throws MetadataUnavailable when the service does not answer
 */
export async function identify(metadata: InstanceMetadata, overrides: IdentityOverrides): Promise<InstanceIdentity> {
  return {
    instanceId: await metadata.require('instance-id'),
    region: overrides.region ?? (await metadata.require('placement/region')),
    autoScalingGroupName:
      overrides.autoScalingGroupName ?? (await metadata.read('tags/instance/aws:autoscaling:groupName')),
  };
}
