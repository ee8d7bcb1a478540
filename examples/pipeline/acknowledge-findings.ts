import { Stack, Validations } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as pipelines from 'aws-cdk-lib/pipelines';
import { IConstruct } from 'constructs';

/** Actions that CDK's grants write with a wildcard. */
const GRANTED_ACTIONS = [
  ...['s3:Abort*', 's3:DeleteObject*', 's3:GetBucket*', 's3:GetObject*', 's3:List*'],
  ...['kms:GenerateDataKey*', 'kms:ReEncrypt*'],
];

/**
 * Says of each finding of cdk-nag's AwsSolutions in a pipeline of CDK why it stays. Each names one resource or action, so
 * that what is added later is found anew. Call it when the pipeline is built.
 */
export function acknowledgeFindings(stack: Stack, pipeline: pipelines.CodePipeline, artifacts: s3.Bucket): void {
  const replicas = Object.values(pipeline.pipeline.crossRegionSupport);
  [stack, ...replicas.map((support) => support.stack)].forEach((scope) =>
    acknowledge(scope, 'S1', 'Artifacts of runs, for 30 days; logs of who read them would outlive them.'),
  );
  acknowledgeGrants(stack, artifacts, replicas);
  projectsOf(stack).forEach((project) => acknowledgeProject(project));
  const [selfMutation, assets] = ['UpdatePipeline', 'Assets'].map((id) => pipeline.node.findChild(id));
  acknowledge(
    selfMutation,
    `IAM5[Resource::arn:*:iam::${stack.account}:role/*]`,
    'Takes the bootstrap roles of CDK, which a condition on their tag names, to change the pipeline itself.',
  );
  acknowledge(
    selfMutation,
    'IAM5[Resource::*]',
    'Describes stacks and lists buckets, to find the bootstrap stack of CDK.',
  );
  acknowledge(assets, 'IAM5[Resource::*]', 'Starts builds. CDK makes this role before the project that publishes.');
}

function acknowledgeGrants(stack: Stack, artifacts: s3.Bucket, replicas: codepipeline.CrossRegionSupport[]): void {
  const reason = 'Objects of the artifact bucket, whose keys CodePipeline makes for each run.';
  GRANTED_ACTIONS.forEach((action) =>
    acknowledge(stack, `IAM5[Action::${action}]`, `As CDK's grants write it. ${reason}`),
  );
  const bucket = stack.getLogicalId(artifacts.node.defaultChild as s3.CfnBucket);
  acknowledge(stack, `IAM5[Resource::<${bucket}.Arn>/*]`, reason);
  replicas.forEach(({ replicationBucket }) =>
    acknowledge(
      stack,
      `IAM5[Resource::arn:aws:s3:::${stack.resolve(replicationBucket.bucketName) as string}/*]`,
      reason,
    ),
  );
}

function acknowledgeProject(project: codebuild.CfnProject): void {
  const stack = Stack.of(project);
  const place = `${stack.region}:${stack.account}`;
  // The role for files is one for all projects that publish; the others have a role each, beside the project.
  for (const name of [`<${stack.getLogicalId(project)}>:*`, '*']) {
    acknowledge(
      stack,
      `IAM5[Resource::arn:aws:logs:${place}:log-group:/aws/codebuild/${name}]`,
      'Log streams of its own builds.',
    );
  }
  for (const name of [`<${stack.getLogicalId(project)}>-*`, '*']) {
    acknowledge(
      stack,
      `IAM5[Resource::arn:aws:codebuild:${place}:report-group/${name}]`,
      'Test reports of its own builds.',
    );
  }
  const image = 'Debian 12 from the public registry of AWS: CodeBuild has no image with a QEMU that knows Neoverse N1.';
  acknowledge(project, 'CB5', image);
}

function projectsOf(stack: Stack): codebuild.CfnProject[] {
  return stack.node.findAll().filter((construct) => construct instanceof codebuild.CfnProject);
}

function acknowledge(scope: IConstruct, finding: string, reason: string): void {
  Validations.of(scope).acknowledge({ id: `AwsSolutions-${finding}`, reason });
}
