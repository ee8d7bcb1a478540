import { Annotations, Duration } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as batch from 'aws-cdk-lib/aws-batch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { IInferenceImage } from '../../image';
import { acknowledgeFindings } from '../../validation';
import { FleetCapacity } from '../fleet-capacity';
import { checkFleet, checkUserData } from '../private/check-fleet';
import { describeFleet } from '../private/fleet-description';
import { createInstanceRole } from '../private/instances/instance-role';
import { createLaunchTemplate } from '../private/instances/launch-template';
import { purchaseShares } from '../private/purchase-shares';
import { checkTagKeys } from '../private/tag-keys';
import { BatchFleetProps } from './batch-fleet-props';
import { batchProblems } from './private/batch-problems';
import { createComputeEnvironments } from './private/compute-environments';

const DEFAULT_UPDATE_TIMEOUT = Duration.minutes(30);

/**
 * A queue of AWS Batch with Graviton instances of your image: for jobs that depend on each other, have priorities or
 * shares, need several containers or nodes, or run for days. Jobs are containers: submit any `EcsJobDefinition` for Arm64
 * to `jobQueue`, and mount what of the AMI they need, such as `/opt/graviton`.
 *
 * AWS Batch launches the instances, by its own Auto Scaling groups, and only of the types that the kernels run on. What
 * is always on-demand has a compute environment of its own, which the queue fills before the one with Spot Instances.
 * Jobs that a Spot interruption ends are tried again only when their definition says so: `retryAttempts`.
 *
 * A changed image replaces the instances in place: new jobs start on new ones, and running ones have `updateTimeout`.
 */
export class BatchFleet extends Construct implements ec2.IConnectable, iam.IGrantable {
  /** The AMI that the instances boot. */
  public readonly image: IInferenceImage;
  /** Which instances, how many, and how they are bought; with the types that the fleet's region has. */
  public readonly capacity: FleetCapacity;
  /** Where jobs are submitted to. */
  public readonly jobQueue: batch.JobQueue;
  /** In the order in which the queue fills them. */
  public readonly computeEnvironments: batch.IComputeEnvironment[];
  /** The role of the instances. Jobs have the role of their definition, and this one unless the network keeps it away. */
  public readonly role: iam.Role;
  public readonly grantPrincipal: iam.IPrincipal;
  /** The connections of the instances, to allow them into databases and the like. Nothing may reach them. */
  public readonly connections: ec2.Connections;
  /**
   * What runs on the first boot of an instance: add commands. At most 16 KB before encoding, of which AWS Batch needs a
   * part. It can be read by anything on the instance: never put a secret here.
   */
  public readonly userData: ec2.UserData;

  /** @throws FleetConfigError with every problem of the capacity, the image and the update */
  constructor(scope: Construct, id: string, props: BatchFleetProps) {
    super(scope, id);
    const { vpc, image, updateTimeout = DEFAULT_UPDATE_TIMEOUT } = props;
    const vpcSubnets = props.vpcSubnets ?? { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS };
    const capacity = checkFleet(this, props, vpcSubnets, (regional) => batchProblems(props, regional));
    this.image = image;
    this.capacity = capacity;
    describeFleet(this, 'BatchFleet', capacity, image);
    this.role = createInstanceRole(this, image.instancePolicyStatements);
    this.grantPrincipal = this.role;
    allowEcsAgent(this.role);
    this.userData = multipartUserData();
    this.node.addValidation({ validate: () => checkUserData(this, this.userData) });
    this.node.addValidation({ validate: () => checkTagKeys(this) });

    const { role, userData } = this;
    const ingress = 'no ingress, jobs come from AWS Batch';
    const launchTemplate = createLaunchTemplate(this, { vpc, image, role, userData, capacity, ingress });
    this.connections = launchTemplate.connections;
    const { securityGroups } = this.connections;
    const environments = createComputeEnvironments(this, {
      ...{ vpc, vpcSubnets, image, capacity, role, launchTemplate, securityGroups, updateTimeout },
    });
    this.computeEnvironments = environments;
    this.jobQueue = new batch.JobQueue(this, 'JobQueue', {
      computeEnvironments: environments.map((computeEnvironment, index) => ({ computeEnvironment, order: index + 1 })),
    });
    warnOfOrder(this, capacity);
  }
}

/** The only form of user data that AWS Batch takes: https://docs.aws.amazon.com/batch/latest/userguide/launch-templates.html */
function multipartUserData(): ec2.UserData {
  const userData = new ec2.MultipartUserData();
  userData.addUserDataPart(ec2.UserData.forLinux(), ec2.MultipartBody.SHELL_SCRIPT, true);
  return userData;
}

function allowEcsAgent(role: iam.Role): void {
  const name = 'service-role/AmazonEC2ContainerServiceforEC2Role';
  role.addManagedPolicy(iam.ManagedPolicy.fromAwsManagedPolicyName(name));
  acknowledgeFindings(role, {
    id: `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${name}]`,
    reason: 'AWS Batch requires it for the agent of Amazon ECS, and makes the cluster under a name that it chooses.',
  });
}

function wantsOrder(capacity: FleetCapacity): boolean {
  const { onDemandAllocationStrategy, spotAllocationStrategy } = capacity._distribution;
  const { onDemand, spot } = purchaseShares(capacity);
  return (
    (onDemand !== undefined && onDemandAllocationStrategy === autoscaling.OnDemandAllocationStrategy.PRIORITIZED) ||
    (spot !== undefined && spotAllocationStrategy === autoscaling.SpotAllocationStrategy.CAPACITY_OPTIMIZED_PRIORITIZED)
  );
}

/** An order that nobody follows must not look as if it were. */
function warnOfOrder(fleet: BatchFleet, capacity: FleetCapacity): void {
  if (wantsOrder(capacity) && capacity.instanceTypes.length > 1) {
    Annotations.of(fleet).addInfoV2(
      'cdk-graviton-fleet:batchIgnoresOrder',
      'AWS Batch follows no order of instance types: it takes on-demand instances by price and fit, and Spot Instances ' +
        'by the capacity of their pools. Leave out types that you do not want at any time.',
    );
  }
}
