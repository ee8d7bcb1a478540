import { Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { IInferenceImage } from '../../../image';
import { FleetCapacity } from '../../fleet-capacity';
import { attachFabricAdapter } from './fabric-adapter';

export interface LaunchTemplateOptions {
  readonly vpc: ec2.IVpc;
  readonly image: IInferenceImage;
  readonly role: iam.IRole;
  readonly capacity: FleetCapacity;
  readonly userData?: ec2.UserData;
  /** Who may reach the instances, for the description of their security group. */
  readonly ingress: string;
}

/** What every instance of the fleet is launched with. */
export function createLaunchTemplate(fleet: Construct, options: LaunchTemplateOptions): ec2.LaunchTemplate {
  const { vpc, image, role, userData, capacity } = options;
  const securityGroup = new ec2.SecurityGroup(fleet, 'InstanceSecurityGroup', {
    vpc,
    description: `Inference instances: ${options.ingress}`,
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
    httpPutResponseHopLimit: image.runtime.metadataHopLimit,
    // How an instance learns the name of its group, for the dimension of its metrics. See checkTagKeys for the price.
    instanceMetadataTags: true,
    // Detailed monitoring is billed per instance; the fleet's figures come from the group's free metrics.
    detailedMonitoring: false,
    ebsOptimized: true,
    placementGroup: createPlacementGroup(fleet, capacity),
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
  setBandwidthWeighting(launchTemplate, capacity);
  if (capacity.placement._elasticFabricAdapter) {
    attachFabricAdapter(launchTemplate, securityGroup);
  }
  return launchTemplate;
}

/** The security group that {@link createLaunchTemplate} made. */
export function securityGroupOf(launchTemplate: ec2.LaunchTemplate): ec2.SecurityGroup {
  return launchTemplate.connections.securityGroups[0] as ec2.SecurityGroup;
}

function createPlacementGroup(fleet: Construct, { placement }: FleetCapacity): ec2.PlacementGroup | undefined {
  const { _strategy: strategy, _partitions: partitions } = placement;
  return strategy && new ec2.PlacementGroup(fleet, 'PlacementGroup', { strategy, partitions });
}

/** The L2 of aws-cdk-lib 2.264 does not have the property. */
function setBandwidthWeighting(launchTemplate: ec2.LaunchTemplate, { bandwidthWeighting }: FleetCapacity): void {
  if (bandwidthWeighting) {
    const resource = launchTemplate.node.defaultChild as ec2.CfnLaunchTemplate;
    resource.addPropertyOverride('LaunchTemplateData.NetworkPerformanceOptions', {
      BandwidthWeighting: bandwidthWeighting,
    });
  }
}
