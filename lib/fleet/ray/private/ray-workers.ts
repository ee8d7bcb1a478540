import { Duration } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { IInferenceImage } from '../../../image';
import { FleetCapacity } from '../../fleet-capacity';
import { createInstanceRole } from '../../private/instances/instance-role';
import { createLaunchTemplate, securityGroupOf } from '../../private/instances/launch-template';

export interface RayWorkersProps {
  readonly vpc: ec2.IVpc;
  readonly image: IInferenceImage;
  readonly capacity: FleetCapacity;
}

/** What every worker is launched with. Nothing here launches one: that is Ray's. */
export class RayWorkers extends Construct {
  public readonly role: iam.Role;
  public readonly userData: ec2.UserData;
  public readonly launchTemplate: ec2.LaunchTemplate;
  public readonly securityGroup: ec2.SecurityGroup;

  constructor(scope: Construct, id: string, props: RayWorkersProps) {
    super(scope, id);
    const { vpc, image, capacity } = props;
    this.role = createInstanceRole(this, image.instancePolicyStatements);
    this.userData = ec2.UserData.forLinux();
    const { role, userData } = this;
    const ingress = 'nodes of the Ray cluster only';
    this.launchTemplate = createLaunchTemplate(this, { vpc, image, role, userData, capacity, ingress });
    this.securityGroup = securityGroupOf(this.launchTemplate);
  }
}

/** When Ray gives a launched worker up, at the earliest: EC2 may need a few minutes for the instance alone. */
const SHORTEST_WAIT = Duration.minutes(10);

/** How long a launched worker has to join, in seconds. */
export function secondsToJoin(coldStart: Duration): number {
  return Math.max(3 * coldStart.toSeconds(), SHORTEST_WAIT.toSeconds());
}
