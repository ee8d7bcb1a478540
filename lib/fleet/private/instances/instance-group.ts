import { Lazy } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { IInferenceImage } from '../../../image';
import { acknowledgeFindings } from '../../../validation';
import { reservationSpecification } from '../../capacity/private/reservation';
import { FleetCapacity } from '../../fleet-capacity';
import { LifecycleTimers } from '../../lifecycle/private/lifecycle-timers';
import { FleetRollout } from '../../rollout';

export interface InstanceGroupOptions {
  readonly vpc: ec2.IVpc;
  readonly vpcSubnets: ec2.SubnetSelection;
  readonly capacity: FleetCapacity;
  readonly rollout: FleetRollout;
  readonly launchTemplate: ec2.LaunchTemplate;
  readonly image: IInferenceImage;
  readonly healthChecks: autoscaling.HealthChecks;
  /**
   * What a roll-out does with instances that are protected because they work.
   *
   * @default - it waits for them
   */
  readonly protectedInstances?: autoscaling.ScaleInProtectedInstances;
  readonly timers: LifecycleTimers;
}

/** The Auto Scaling group of a fleet. */
export function createInstanceGroup(fleet: Construct, options: InstanceGroupOptions): autoscaling.AutoScalingGroup {
  const { vpc, vpcSubnets, capacity, rollout, launchTemplate, healthChecks, timers } = options;
  const units = capacity.size._units;
  const group = new autoscaling.AutoScalingGroup(fleet, 'Group', {
    vpc,
    vpcSubnets: capacity.placement._inOneZone ? oneZoneOf(vpc, vpcSubnets) : vpcSubnets,
    mixedInstancesPolicy: {
      launchTemplate,
      launchTemplateOverrides: capacity._selection.overrides(capacity.instanceTypes, capacity.size),
      instancesDistribution: capacity._distribution,
    },
    minCapacity: units.min,
    maxCapacity: units.max,
    capacityRebalance: capacity.usesSpot,
    azCapacityDistributionStrategy: capacity.placement._zones.distribution,
    groupMetrics: [autoscaling.GroupMetrics.all()],
    healthChecks,
    defaultInstanceWarmup: timers.instanceWarmup,
    updatePolicy: autoscaling.UpdatePolicy.instanceRefresh({
      ...rollout._refresh,
      scaleInProtectedInstances: options.protectedInstances,
    }),
  });
  setWhatTheL2Lacks(group, options);
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

/** The subnets of the first zone: a cluster placement group cannot span two. */
function oneZoneOf(vpc: ec2.IVpc, vpcSubnets: ec2.SubnetSelection): ec2.SubnetSelection {
  const { subnets } = vpc.selectSubnets(vpcSubnets);
  return { subnets: subnets.filter(({ availabilityZone }) => availabilityZone === subnets[0].availabilityZone) };
}

/** Properties that the L2 of aws-cdk-lib 2.264 does not have, or does not take late. */
function setWhatTheL2Lacks(group: autoscaling.AutoScalingGroup, options: InstanceGroupOptions): void {
  const { capacity, rollout, image } = options;
  const resource = group.node.defaultChild as autoscaling.CfnAutoScalingGroup;
  // The image may get its lifecycle policy after the fleet; the L2 would want to know at once.
  resource.maxInstanceLifetime = Lazy.number({ produce: () => image.maxInstanceLifetime?.toSeconds() });
  const { zonalShift } = capacity.placement._zones;
  if (zonalShift) {
    resource.availabilityZoneImpairmentPolicy = {
      zonalShiftEnabled: true,
      impairedZoneHealthCheckBehavior: zonalShift,
    };
  }
  if (capacity._reservation) {
    resource.capacityReservationSpecification = reservationSpecification(capacity._reservation);
  }
  if (capacity._desiredCapacityType) {
    resource.desiredCapacityType = capacity._desiredCapacityType;
  }
  if (rollout._replacesRootVolume) {
    const { length } = capacity._selection.overrides(capacity.instanceTypes, capacity.size);
    for (let index = 0; index < length; index += 1) {
      resource.addPropertyOverride(`MixedInstancesPolicy.LaunchTemplate.Overrides.${index}.ImageId`, image.amiId);
    }
  }
}
