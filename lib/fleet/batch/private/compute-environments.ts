import { Duration } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as batch from 'aws-cdk-lib/aws-batch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { IInferenceImage } from '../../../image';
import { FleetCapacity } from '../../fleet-capacity';
import { Bounds, purchaseShares } from '../../private/purchase-shares';
import { vcpusPerUnit } from './vcpu-bounds';

export interface ComputeEnvironmentOptions {
  readonly vpc: ec2.IVpc;
  readonly vpcSubnets: ec2.SubnetSelection;
  readonly image: IInferenceImage;
  readonly capacity: FleetCapacity;
  readonly role: iam.IRole;
  readonly launchTemplate: ec2.LaunchTemplate;
  readonly securityGroups: ec2.ISecurityGroup[];
  readonly updateTimeout: Duration;
}

/**
 * The compute environments of a capacity in the order in which a queue fills them: what is always on-demand, then Spot.
 * AWS Batch knows one way of buying for each.
 */
export function createComputeEnvironments(
  fleet: Construct,
  options: ComputeEnvironmentOptions,
): batch.ManagedEc2EcsComputeEnvironment[] {
  const { onDemand, spot } = purchaseShares(options.capacity);
  return [
    ...(onDemand ? [createComputeEnvironment(fleet, onDemand, options, false)] : []),
    ...(spot ? [createComputeEnvironment(fleet, spot, options, true)] : []),
  ];
}

function createComputeEnvironment(
  fleet: Construct,
  bounds: Bounds,
  options: ComputeEnvironmentOptions,
  spot: boolean,
): batch.ManagedEc2EcsComputeEnvironment {
  const { vpc, vpcSubnets, image, capacity, role, launchTemplate, securityGroups, updateTimeout } = options;
  const perUnit = vcpusPerUnit(capacity)!;
  const settings: batch.ManagedEc2EcsComputeEnvironmentProps = {
    vpc,
    vpcSubnets,
    securityGroups,
    spot,
    allocationStrategy: spot ? spotStrategy(capacity) : batch.AllocationStrategy.BEST_FIT_PROGRESSIVE,
    minvCpus: bounds.min * perUnit,
    maxvCpus: bounds.max * perUnit,
    instanceTypes: capacity.instanceTypes.map((type) => new ec2.InstanceType(type)),
    // Otherwise AWS Batch adds whole families, on which the image's kernels were not judged.
    useOptimalInstanceClasses: false,
    instanceRole: role,
    launchTemplate,
    images: [
      {
        // Once more beside the launch template: an AMI that only the template names is kept when it changes.
        // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-batch-computeenvironment-launchtemplatespecification.html
        image: { getImage: () => machineImageOf(image) },
        imageType: batch.EcsMachineImageType.ECS_AL2023,
      },
    ],
    // In place, which needs the service-linked role (no role given) and one of the strategies used here:
    // https://docs.aws.amazon.com/batch/latest/userguide/infrastructure-updates.html, read 2026-11-23
    replaceComputeEnvironment: false,
    updateToLatestImageVersion: true,
    terminateOnUpdate: false,
    updateTimeout,
  };
  const environment = spot
    ? new batch.ManagedEc2EcsComputeEnvironment(fleet, 'Spot', settings)
    : new batch.ManagedEc2EcsComputeEnvironment(fleet, 'OnDemand', settings);
  pinVersion(environment, launchTemplate);
  return environment;
}

/** The L2 asks for the default version, which CloudFormation leaves at the first one when the template changes. */
function pinVersion(environment: batch.ManagedEc2EcsComputeEnvironment, launchTemplate: ec2.LaunchTemplate): void {
  const resource = environment.node.defaultChild as batch.CfnComputeEnvironment;
  resource.addPropertyOverride('ComputeResources.LaunchTemplate.Version', launchTemplate.latestVersionNumber);
}

function machineImageOf({ amiId: imageId }: IInferenceImage): ec2.MachineImageConfig {
  return { imageId, osType: ec2.OperatingSystemType.LINUX, userData: ec2.UserData.forLinux() };
}

/** AWS Batch has no strategy that follows an order of types; the other one of the capacity comes nearest to it. */
function spotStrategy({ _distribution }: FleetCapacity): batch.AllocationStrategy {
  return _distribution.spotAllocationStrategy === autoscaling.SpotAllocationStrategy.PRICE_CAPACITY_OPTIMIZED
    ? batch.AllocationStrategy.SPOT_PRICE_CAPACITY_OPTIMIZED
    : batch.AllocationStrategy.SPOT_CAPACITY_OPTIMIZED;
}
