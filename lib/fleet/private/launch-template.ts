import { Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { IInferenceImage } from '../../image';

export interface LaunchTemplateOptions {
  readonly vpc: ec2.IVpc;
  readonly image: IInferenceImage;
  readonly role: iam.IRole;
  readonly userData?: ec2.UserData;
}

/** What every instance of the fleet is launched with. */
export function createLaunchTemplate(fleet: Construct, options: LaunchTemplateOptions): ec2.LaunchTemplate {
  const { vpc, image, role, userData } = options;
  const securityGroup = new ec2.SecurityGroup(fleet, 'InstanceSecurityGroup', {
    vpc,
    description: 'Inference instances: ingress from their load balancer only',
  });
  const launchTemplate = new ec2.LaunchTemplate(fleet, 'LaunchTemplate', {
    machineImage: {
      getImage: () => ({
        imageId: image.amiId,
        osType: ec2.OperatingSystemType.LINUX,
        userData: userData ?? ec2.UserData.forLinux(),
      }),
    },
    userData,
    role,
    securityGroup,
    requireImdsv2: true,
    // The instance learns the name of its group, which AWS tags it with.
    instanceMetadataTags: true,
    httpPutResponseHopLimit: image.runtime.metadataHopLimit,
    // Detailed monitoring is billed per instance; the fleet's figures come from the group's free metrics.
    detailedMonitoring: false,
    ebsOptimized: true,
    blockDevices: [
      {
        deviceName: image.rootDeviceName,
        volume: ec2.BlockDeviceVolume.ebs(image.rootVolumeSize.toGibibytes(), {
          encrypted: true,
          volumeType: ec2.EbsDeviceVolumeType.GP3,
        }),
      },
    ],
  });
  Tags.of(launchTemplate).add('Name', fleet.node.path);
  return launchTemplate;
}
