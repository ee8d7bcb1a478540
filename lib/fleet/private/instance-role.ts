import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { KERNEL_VERIFICATION_METRIC } from '../../image/private/kernels/kernel-verification';
import { acknowledgeFindings } from '../../validation';

/**
 * The role of the fleet's instances: Systems Manager in place of SSH, metrics in this library's namespace, what the
 * image's components need, and nothing else until it is granted.
 */
export function createInstanceRole(fleet: Construct, statements: readonly iam.PolicyStatement[] = []): iam.Role {
  const role = new iam.Role(fleet, 'InstanceRole', {
    description: 'Instances of an inference fleet',
    assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
    managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('AmazonSSMManagedInstanceCore')],
  });
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html
  role.addToPolicy(
    new iam.PolicyStatement({
      actions: ['cloudwatch:PutMetricData'],
      resources: ['*'],
      conditions: { StringEquals: { 'cloudwatch:namespace': KERNEL_VERIFICATION_METRIC.namespace } },
    }),
  );
  acknowledgeFindings(role, {
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'PutMetricData knows no resources; the condition holds it to the namespace of this library.',
  });
  acknowledgeFindings(role, {
    id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/AmazonSSMManagedInstanceCore]',
    reason:
      'AmazonSSMManagedInstanceCore is what Session Manager requires in place of SSH; AWS extends it as the agent evolves.',
  });
  statements.forEach((statement) => role.addToPolicy(statement));
  if (statements.some(({ resources }) => resources.includes('*'))) {
    acknowledgeFindings(role, {
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'A component of the image needs actions that know no resources, such as sending metrics.',
    });
  }
  return role;
}
