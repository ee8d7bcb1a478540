import { Annotations, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

const USE = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];

/**
 * Lets those use a key who launch instances with the volumes that it encrypts: the service-linked role of Auto Scaling,
 * whose own policy knows no keys, and other accounts.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html
 */
export function grantVolumeKey(image: Construct, key: kms.IKey, accounts: readonly string[]): void {
  const { partition, account } = Stack.of(image);
  const serviceRole = `arn:${partition}:iam::${account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`;
  const grants = [
    // By condition: a policy that names the role itself is refused in an account that never had a group.
    ...statements([new iam.AnyPrincipal()], { ArnEquals: { 'aws:PrincipalArn': serviceRole } }),
    ...(accounts.length > 0 ? statements(accounts.map((id) => new iam.AccountPrincipal(id))) : []),
  ];
  const added = grants.map((statement) => key.addToResourcePolicy(statement).statementAdded);
  if (!added.every(Boolean)) {
    const others = accounts.length > 0 ? ` and the accounts ${accounts.join(', ')}` : '';
    Annotations.of(image).addWarningV2(
      'cdk-graviton-fleet:foreignVolumeKey',
      `The policy of the imported key must allow ${serviceRole}${others} to use it (${USE.join(', ')}, and kms:CreateGrant ` +
        'for AWS resources), else no instance of the AMI starts.',
    );
  }
}

function statements(principals: iam.IPrincipal[], conditions: Record<string, unknown> = {}): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({ principals, actions: USE, resources: ['*'], conditions }),
    new iam.PolicyStatement({
      principals,
      actions: ['kms:CreateGrant'],
      resources: ['*'],
      conditions: { ...conditions, Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    }),
  ];
}
