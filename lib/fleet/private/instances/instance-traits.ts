import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { InstanceGroupOptions } from './instance-group';
import { LaunchTemplateOptions } from './launch-template';

/** In what the instances of one kind of fleet differ from those of another. */
export type InstanceTraits = Pick<InstanceGroupOptions, 'healthChecks' | 'protectedInstances'> &
  Pick<LaunchTemplateOptions, 'ingress'>;

/** The instances of a fleet. */
export interface FleetInstances {
  readonly launchTemplate: ec2.LaunchTemplate;
  readonly group: autoscaling.AutoScalingGroup;
}
