import { createHash } from 'node:crypto';
import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { KERNEL_VERIFICATION_METRIC } from '../../../image/private/kernels/kernel-verification';
import { acknowledgeFindings } from '../../../validation';

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
  addImagePolicy(role, statements);
  if (statements.some(({ resources }) => resources.includes('*'))) {
    acknowledgeFindings(role, {
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'A component of the image needs actions that know no resources, such as sending metrics.',
    });
  }
  return role;
}

/**
 * What an image needs, in a policy of its own for each content: CloudFormation removes an earlier one only after every
 * instance was replaced. A roll-out that fails brings back instances of the earlier image, which load an earlier model.
 */
function addImagePolicy(role: iam.Role, statements: readonly iam.PolicyStatement[]): void {
  if (statements.length === 0) {
    return;
  }
  const content: unknown = Stack.of(role).resolve(
    statements.map((statement) => statement.toStatementJson() as unknown),
  );
  const digest = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 8);
  // Another id for another content is the point here.
  // eslint-disable-next-line awscdk/no-variable-construct-id
  new iam.Policy(role, `Image-${digest}`, { statements: [...statements], roles: [role] });
}
