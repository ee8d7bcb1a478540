import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledgeFindings } from '../../../validation';

/** Only for this account's own images: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html */
function imageBuilderOfThisAccount(): iam.IPrincipal {
  return new iam.ServicePrincipal('imagebuilder.amazonaws.com', {
    conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
  });
}

/**
 * The role with which Image Builder runs workflows. It needs one as soon as a workflow is named, and AWS advises against
 * its service-linked role for that: https://docs.aws.amazon.com/imagebuilder/latest/userguide/manage-image-workflows.html
 */
export function createExecutionRole(image: Construct, logGroup: logs.ILogGroup): iam.Role {
  const role = new iam.Role(image, 'ExecutionRole', {
    description: 'Runs the workflows of an inference image',
    assumedBy: imageBuilderOfThisAccount(),
  });
  const reason = 'AWS gives this policy for execution roles (2026-06), and extends it as Image Builder evolves.';
  addManagedPolicy(role, 'EC2ImageBuilderExecutionPolicy', reason);
  // The policy covers log groups under /aws/imagebuilder/ only.
  logGroup.grantWrite(role);
  return role;
}

/** The role with which Image Builder deletes images; its policy covers only what Image Builder made. */
export function createLifecycleRole(image: Construct): iam.Role {
  const role = new iam.Role(image, 'LifecycleRole', {
    description: 'Deletes superseded inference images',
    assumedBy: imageBuilderOfThisAccount(),
  });
  const reason =
    'AWS gives this policy for lifecycle policies; it covers only AMIs that Image Builder tagged as its own.';
  addManagedPolicy(role, 'service-role/EC2ImageBuilderLifecycleExecutionPolicy', reason);
  return role;
}

function addManagedPolicy(role: iam.Role, name: string, reason: string): void {
  role.addManagedPolicy(iam.ManagedPolicy.fromAwsManagedPolicyName(name));
  acknowledgeFindings(role, { id: `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${name}]`, reason });
}
