import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { acknowledgeFindings } from '../../validation';
import { FleetCapacity } from '../fleet-capacity';
import { FleetRollout } from '../fleet-rollout';
import { LifecycleTimers } from '../lifecycle/private/lifecycle-timers';

export interface GroupOptions {
  readonly vpc: ec2.IVpc;
  readonly vpcSubnets: ec2.SubnetSelection;
  readonly capacity: FleetCapacity;
  readonly launchTemplate: ec2.LaunchTemplate;
  readonly rollout: FleetRollout;
  readonly timers: LifecycleTimers;
}

/** The group of instances behind a load balancer. */
export function createGroup(fleet: Construct, options: GroupOptions): autoscaling.AutoScalingGroup {
  const { vpc, vpcSubnets, capacity, launchTemplate, rollout, timers } = options;
  const group = new autoscaling.AutoScalingGroup(fleet, 'Group', {
    vpc,
    vpcSubnets,
    mixedInstancesPolicy: {
      launchTemplate,
      launchTemplateOverrides: capacity.instanceTypes.map((name) => ({ instanceType: new ec2.InstanceType(name) })),
      instancesDistribution: capacity._distribution,
    },
    minCapacity: capacity.minInstances,
    maxCapacity: capacity.maxInstances,
    capacityRebalance: capacity.usesSpot,
    groupMetrics: [autoscaling.GroupMetrics.all()],
    healthChecks: autoscaling.HealthChecks.withAdditionalChecks({
      additionalTypes: [autoscaling.AdditionalHealthCheckType.ELB],
      gracePeriod: timers.gracePeriod,
    }),
    defaultInstanceWarmup: timers.instanceWarmup,
    updatePolicy: autoscaling.UpdatePolicy.instanceRefresh(rollout._refresh),
  });
  acknowledgeFindings(
    group,
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
  return group;
}
