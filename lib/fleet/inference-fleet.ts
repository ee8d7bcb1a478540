import { Duration } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { IInferenceImage } from '../image';
import { KERNEL_VERIFICATION_METRIC } from '../image/private/kernel-verification';
import { FleetCapacity } from './fleet-capacity';
import { FleetRollout } from './fleet-rollout';
import { InferenceFleetProps } from './inference-fleet-props';
import { checkFleet, checkUserData } from './private/check-fleet';
import { createInstanceGroup } from './private/instance-group';
import { createInstanceRole } from './private/instance-role';
import { createLaunchTemplate } from './private/launch-template';
import { createLoadBalancer } from './private/load-balancer';
import { checkTagKeys } from './private/tag-keys';

/**
 * Graviton instances that serve inference behind an internal Application Load Balancer.
 *
 * The fleet is one Auto Scaling group with its launch template, role, security group and roll-out. A new AMI or launch
 * template replaces the instances by an instance refresh that CloudFormation waits for, and that it can roll back,
 * because the group always names an AMI id and a numeric version.
 *
 * Nothing may reach the load balancer until you allow it: `fleet.connections.allowDefaultPortFrom(...)`.
 */
export class InferenceFleet extends Construct implements ec2.IConnectable, iam.IGrantable {
  /** The AMI that the instances boot. */
  public readonly image: IInferenceImage;
  /** Which instances, how many, and how they are bought; with the types that the fleet's region has. */
  public readonly capacity: FleetCapacity;
  /** The group of instances: for scaling policies and metrics. */
  public readonly autoScalingGroup: autoscaling.AutoScalingGroup;
  /** What clients talk to. It has no public address. */
  public readonly loadBalancer: elbv2.ApplicationLoadBalancer;
  /** The listener of the load balancer, HTTPS when there is a certificate. */
  public readonly listener: elbv2.ApplicationListener;
  /** The instances, as the load balancer sees them. */
  public readonly targetGroup: elbv2.ApplicationTargetGroup;
  /** The role of the instances. */
  public readonly role: iam.Role;
  public readonly grantPrincipal: iam.IPrincipal;
  /** The connections of the load balancer; the default port is the listener's. */
  public readonly connections: ec2.Connections;

  /**
   * @throws FleetConfigError with every problem of the capacity (no types; unknown, misspelt or x86 types; types that
   * the region does not offer or on which the kernels would trap; bounds that contradict each other; a placement or a
   * bandwidth weighting that a type does not have), of the image's architecture and of the user data's size
   */
  constructor(scope: Construct, id: string, props: InferenceFleetProps) {
    super(scope, id);
    const vpcSubnets = props.vpcSubnets ?? { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS };
    const capacity = checkFleet(this, props, vpcSubnets);
    // Commands may be added after this constructor, so the limit is checked once more when everything is known.
    this.node.addValidation({ validate: () => checkUserData(this, props.userData) });

    this.image = props.image;
    this.capacity = capacity;
    this.role = createInstanceRole(this, props.image.instancePolicyStatements);
    this.grantPrincipal = this.role;

    const front = createLoadBalancer(this, { ...props, vpcSubnets, runtime: props.image.runtime });
    this.loadBalancer = front.loadBalancer;
    this.listener = front.listener;
    this.targetGroup = front.targetGroup;
    this.connections = front.listener.connections;

    const { vpc, image, userData, rollout = FleetRollout.canary() } = props;
    const launchTemplate = createLaunchTemplate(this, { vpc, image, role: this.role, userData, capacity });
    const groupParts = { vpc, vpcSubnets, capacity, rollout, launchTemplate, image };
    this.autoScalingGroup = createInstanceGroup(this, groupParts);
    this.autoScalingGroup.attachToApplicationTargetGroup(this.targetGroup);
    this.node.addValidation({ validate: () => checkTagKeys(this) });
  }

  /**
   * Instances on which a kernel bundle differed from the image's at boot (sum). Such an instance starts no runtime, so its
   * health check fails, the group replaces it, and a canary roll-out stops. It publishes the metric once, and an intact
   * instance never does: no data is the good case, and costs nothing. Only images of this library verify.
   *
   * @default - sum over 5 minutes
   */
  public metricKernelVerificationFailures(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return new cloudwatch.Metric({
      ...KERNEL_VERIFICATION_METRIC,
      dimensionsMap: { AutoScalingGroupName: this.autoScalingGroup.autoScalingGroupName },
      statistic: cloudwatch.Stats.SUM,
      period: Duration.minutes(5),
      ...options,
    });
  }
}
