import { Duration, Tags } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { IInferenceImage } from '../../../image';
import { acknowledgeFindings } from '../../../validation';
import { FleetCapacity } from '../../fleet-capacity';
import { addHook } from '../../lifecycle/private/create-drain';
import { createInstanceRole } from '../../private/instances/instance-role';
import { createLaunchTemplate, securityGroupOf } from '../../private/instances/launch-template';
import { HEAD_NODE_TYPE } from './node-types';

export interface RayHeadProps {
  readonly vpc: ec2.IVpc;
  readonly vpcSubnets: ec2.SubnetSelection;
  readonly image: IInferenceImage;
  readonly instanceType: string;
  readonly clusterName: string;
}

/** Of the group and not of the account; the program on the head calls the hook by this name. */
export const RETIRE_HOOK = 'retire';

/** How long the workers may take to end: EC2 needs a minute or two, and CloudFormation waits for them. */
export const RETIRE_TIME = Duration.minutes(5);

/** The program stops Ray before, and completes the hook after. */
const HOOK_TIME = RETIRE_TIME.plus(Duration.minutes(3));

/**
 * One on-demand instance, and another in its place when it fails, in another zone when its own does. A changed image or
 * configuration ends it, and its workers with it, before the next one starts: two heads would launch for one cluster.
 */
export class RayHead extends Construct {
  public readonly role: iam.Role;
  public readonly userData: ec2.UserData;
  public readonly securityGroup: ec2.SecurityGroup;
  public readonly group: autoscaling.AutoScalingGroup;

  constructor(scope: Construct, id: string, props: RayHeadProps) {
    super(scope, id);
    const { vpc, image, instanceType } = props;
    this.role = createInstanceRole(this, image.instancePolicyStatements);
    this.userData = ec2.UserData.forLinux();
    const { role, userData } = this;
    const capacity = FleetCapacity.onDemand({ instanceTypes: [instanceType], minInstances: 1 });
    const ingress = 'workers of the Ray cluster only';
    const launchTemplate = createLaunchTemplate(this, { vpc, image, role, userData, capacity, ingress });
    this.securityGroup = securityGroupOf(launchTemplate);
    this.group = this.createGroup(props, launchTemplate);
    this.tagAsHead(props.clusterName);
    this.endWorkersWithHead(props);
    this.acknowledge();
  }

  private createGroup(props: RayHeadProps, launchTemplate: ec2.LaunchTemplate): autoscaling.AutoScalingGroup {
    const { vpc, vpcSubnets, instanceType } = props;
    return new autoscaling.AutoScalingGroup(this, 'Group', {
      vpc,
      vpcSubnets,
      mixedInstancesPolicy: {
        launchTemplate,
        launchTemplateOverrides: [{ instanceType: new ec2.InstanceType(instanceType) }],
        instancesDistribution: { onDemandPercentageAboveBaseCapacity: 100 },
      },
      minCapacity: 1,
      maxCapacity: 1,
      groupMetrics: [autoscaling.GroupMetrics.all()],
      updatePolicy: autoscaling.UpdatePolicy.rollingUpdate({ minInstancesInService: 0, maxBatchSize: 1 }),
    });
  }

  /** By these tags Ray finds itself among the instances of its cluster. */
  private tagAsHead(clusterName: string): void {
    const tags = { 'ray-cluster-name': clusterName, 'ray-node-type': 'head', 'ray-user-node-type': HEAD_NODE_TYPE };
    Object.entries(tags).forEach(([key, value]) => Tags.of(this.group).add(key, value));
  }

  private endWorkersWithHead({ vpc, vpcSubnets }: RayHeadProps): void {
    addHook(this.group, {
      lifecycleHookName: RETIRE_HOOK,
      lifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
      heartbeatTimeout: HOOK_TIME.toSeconds(),
      defaultResult: 'CONTINUE',
    });
    const { internetConnectivityEstablished } = vpc.selectSubnets(vpcSubnets);
    // What CloudFormation makes before the group it deletes after it: the head needs both to end its workers.
    this.group.node.addDependency(this.role, internetConnectivityEstablished);
  }

  private acknowledge(): void {
    acknowledgeFindings(
      this.group,
      {
        id: 'AwsSolutions-AS3',
        reason:
          'Auto Scaling sends every scaling event to EventBridge without being asked; a topic would be a second copy.',
      },
      {
        id: 'AwsSolutions-EC26',
        reason: 'The rule cannot read a mixed instances policy; the root volume is encrypted in its launch template.',
      },
    );
  }
}
