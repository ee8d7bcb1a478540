import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { acknowledgeFindings } from '../../../validation';
import { ImageLogs } from '../../builder/image-logs';

/** https://docs.aws.amazon.com/imagebuilder/latest/userguide/image-builder-setting-up.html */
const BUILDER_POLICIES = ['EC2InstanceProfileForImageBuilder', 'AmazonSSMManagedInstanceCore'];

/** The role of the build and test instances: what Image Builder demands of every builder, until more is granted. */
export function createBuilderRole(image: Construct): iam.Role {
  const role = new iam.Role(image, 'BuilderRole', {
    description: 'Builds and tests an inference image',
    assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
    managedPolicies: BUILDER_POLICIES.map((name) => iam.ManagedPolicy.fromAwsManagedPolicyName(name)),
  });
  acknowledgeFindings(
    role,
    ...BUILDER_POLICIES.map((name) => ({
      id: `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${name}]`,
      reason: 'Image Builder requires this AWS managed policy on every builder, and extends it as the service evolves.',
    })),
  );
  return role;
}

/**
 * Lets the builder read what is installed. By bucket and not by key: a key in the policy would make a changed kernel
 * change two resources, and CloudFormation could not rebuild an earlier image when it rolls back.
 */
export function grantReadOfAssets(role: iam.Role, assets: Asset[]): void {
  // Every asset of a stack is in the bootstrap bucket of its account and region.
  const objects = assets[0].bucket.arnForObjects('*');
  role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [objects] }));
  acknowledgeFindings(role, {
    id: `AwsSolutions-IAM5[Resource::${asFinding(Stack.of(role).resolve(objects))}]`,
    reason:
      'Reads objects of the CDK bootstrap bucket, where earlier kernels and programs must stay readable for a rollback.',
  });
}

/** Lets the builder write the logs of its steps; what Image Builder's own policy allows is named `/aws/imagebuilder/`. */
export function grantLogs(
  role: iam.Role,
  { _bucket: bucket, _prefix: prefix }: ImageLogs,
  group: logs.ILogGroup,
): void {
  group.grantWrite(role);
  if (!bucket) {
    return;
  }
  const objects = bucket.arnForObjects(`${prefix}/*`);
  role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:PutObject'], resources: [objects] }));
  bucket.encryptionKey?.grant(role, 'kms:GenerateDataKey');
  acknowledgeFindings(role, {
    id: `AwsSolutions-IAM5[Resource::${asFinding(Stack.of(role).resolve(objects))}]`,
    reason: 'Image Builder names the logs of each build by itself; the prefix is theirs alone.',
  });
}

/** Lets the builder do what cannot be limited to resources. */
export function grantStatements(role: iam.Role, statements: iam.PolicyStatement[]): void {
  statements.forEach((statement) => role.addToPolicy(statement));
  if (statements.some(({ resources }) => resources.includes('*'))) {
    acknowledgeFindings(role, {
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'The actions of a vulnerability scan that reads findings know no resources.',
    });
  }
}

/** Writes an ARN as cdk-nag names it in the id of a finding: `<Name>` for what is only known at deployment. */
function asFinding(arn: unknown): string {
  if (typeof arn === 'string') {
    return arn;
  }
  const intrinsic = arn as {
    Ref?: string;
    'Fn::GetAtt'?: string[];
    'Fn::Sub'?: string;
    'Fn::Join'?: [string, unknown[]];
  };
  if (intrinsic['Fn::Join']) {
    const [separator, parts] = intrinsic['Fn::Join'];
    return parts.map(asFinding).join(separator);
  }
  if (intrinsic['Fn::GetAtt']) {
    return `<${intrinsic['Fn::GetAtt'].join('.')}>`;
  }
  return intrinsic['Fn::Sub']?.replace(/\$\{([^}]+)\}/g, '<$1>') ?? `<${intrinsic.Ref}>`;
}
