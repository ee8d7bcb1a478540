import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeFindings } from '../../validation';

/** The role of the fleet's instances: Systems Manager in place of SSH, and nothing else until it is granted. */
export function createInstanceRole(fleet: Construct): iam.Role {
  const role = new iam.Role(fleet, 'InstanceRole', {
    description: 'Instances of an inference fleet',
    assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
    managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('AmazonSSMManagedInstanceCore')],
  });
  acknowledgeFindings(role, {
    id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/AmazonSSMManagedInstanceCore]',
    reason:
      'AmazonSSMManagedInstanceCore is what Session Manager requires in place of SSH; AWS extends it as the agent evolves.',
  });
  return role;
}
