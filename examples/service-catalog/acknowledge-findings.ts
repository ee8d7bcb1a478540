import { Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, IConstruct } from 'constructs';

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
}

/** Says why what cdk-nag finds in the catalog is right. The fleets themselves have acknowledged theirs. */
export function acknowledgeFindings(stack: Construct, assetBucket: IConstruct, launchRole: IConstruct): void {
  acknowledge(
    assetBucket,
    'AwsSolutions-S1',
    'It holds scripts and kernels without secrets; who reads them is in CloudTrail where data events are on.',
  );
  acknowledgeWildcards(
    launchRole,
    'What it makes has no name yet: it is bound to CloudFormation, to the region and to names of ordered stacks.',
  );
  // AWS CDK copies the assets of products by a Lambda function of its own.
  for (const copier of stack.node.children.filter(({ node }) => node.id.startsWith('Custom::CDKBucketDeployment'))) {
    acknowledge(
      copier,
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
      'AWS CDK gives its function the managed policy for writing its logs, and takes no other.',
    );
    acknowledgeWildcards(
      copier,
      'AWS CDK lets its function read the bucket of assets and write that of the products, and takes no other policy.',
    );
    acknowledge(copier, 'AwsSolutions-L1', 'The runtime of the function that AWS CDK brings is chosen by AWS CDK.');
  }
}

/** cdk-nag wants each wildcard of a policy by itself. */
function acknowledgeWildcards(scope: IConstruct, reason: string): void {
  for (const policy of scope.node.findAll().filter((construct) => construct instanceof iam.CfnPolicy)) {
    const { Statement } = Stack.of(policy).resolve(policy.policyDocument) as { Statement: Statement[] };
    for (const { Action, Resource } of Statement) {
      const resources = Array.isArray(Resource) ? (Resource as unknown[]) : [Resource];
      const wildcards = [
        ...[Action].flat().map((action) => `Action::${action}`),
        ...resources.map((resource) => `Resource::${textOf(resource)}`),
      ].filter((text) => text.includes('*'));
      wildcards.forEach((text) => acknowledge(policy, `AwsSolutions-IAM5[${text}]`, reason));
    }
  }
}

/** A resolved value as cdk-nag prints it. */
function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) {
    return String(value);
  }
  const [[name, argument]] = Object.entries(value) as [string, unknown][];
  switch (name) {
    case 'Fn::Join':
      return (argument as [string, unknown[]])[1].map(textOf).join('');
    case 'Fn::Sub':
      return String(argument).replace(/\$\{([^}]+)\}/g, '<$1>');
    case 'Fn::GetAtt':
      return `<${(argument as string[]).join('.')}>`;
    default:
      return `<${String(argument)}>`;
  }
}

/** As `Validations.of(construct).acknowledge()`, which in aws-cdk-lib 2.264 refuses ids with `::` inside. */
function acknowledge(construct: IConstruct, id: string, reason: string): void {
  construct.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, { [`Annotation::${id}`]: reason });
}
