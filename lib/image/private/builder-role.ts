import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { acknowledgeFindings } from '../../validation';

/** https://docs.aws.amazon.com/imagebuilder/latest/userguide/image-builder-setting-up.html */
const BUILDER_POLICIES = ['EC2InstanceProfileForImageBuilder', 'AmazonSSMManagedInstanceCore'];

/** The role of the build and test instances: what Image Builder demands of every builder, until more is granted. */
export function builderRole(image: Construct): iam.Role {
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
  if (assets.length === 0) {
    return;
  }
  // Every asset of a stack is in the bootstrap bucket of its account and region.
  const objects = assets[0].bucket.arnForObjects('*');
  role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [objects] }));
  acknowledgeFindings(role, {
    id: `AwsSolutions-IAM5[Resource::${asFinding(Stack.of(role).resolve(objects))}]`,
    reason:
      'Reads objects of the CDK bootstrap bucket, where earlier kernel bundles must stay readable for a rollback.',
  });
}

/** Writes an ARN as cdk-nag names it in the id of a finding: `<Name>` for what is only known at deployment. */
function asFinding(arn: unknown): string {
  if (typeof arn === 'string') {
    return arn;
  }
  const intrinsic = arn as { Ref?: string; 'Fn::Sub'?: string; 'Fn::Join'?: [string, unknown[]] };
  if (intrinsic['Fn::Join']) {
    const [separator, parts] = intrinsic['Fn::Join'];
    return parts.map(asFinding).join(separator);
  }
  return intrinsic['Fn::Sub']?.replace(/\$\{([^}]+)\}/g, '<$1>') ?? `<${intrinsic.Ref}>`;
}
