import { ArnFormat, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeFindings } from '../../../validation';

/** What Ray's autoscaler may do, and to what. */
export interface HeadPermissions {
  readonly clusterName: string;
  readonly launchTemplate: ec2.LaunchTemplate;
  readonly subnetIds: readonly string[];
  readonly instanceTypes: readonly string[];
  readonly workerRole: iam.IRole;
  readonly usesSpot: boolean;
}

/** What a launch makes; none of it has a name before. */
const LAUNCHED = ['instance', 'volume', 'network-interface', 'spot-instances-request'];

/**
 * Lets the head launch workers from this launch template alone, with nothing of it but the type and the subnet changed,
 * and terminate workers of this cluster alone.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/permissions-for-launch-templates.html and
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html, read 2026-11-23
 */
export function grantHead(scope: Construct, role: iam.Role, permissions: HeadPermissions): void {
  const statements = [...launchStatements(scope, permissions), ...lifecycleStatements(scope, permissions)];
  statements.forEach((statement) => role.addToPolicy(statement));
  acknowledgeFindings(role, {
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'DescribeInstances knows no resources (service authorization reference of Amazon EC2).',
  });
  const launched = [...LAUNCHED, 'security-group'].map((resource) => ec2Arn(scope, resource, '*'));
  for (const arn of [...launched, ec2Arn(scope, 'image', '*', ''), groupArns(scope)]) {
    acknowledgeFindings(role, {
      id: `AwsSolutions-IAM5[Resource::${inFinding(scope, arn)}]`,
      reason: 'What a launch makes has no name before; conditions hold it to the launch template or the cluster.',
    });
  }
}

function launchStatements(scope: Construct, permissions: HeadPermissions): iam.PolicyStatement[] {
  const { clusterName, launchTemplate, instanceTypes } = permissions;
  const template = ec2Arn(scope, 'launch-template', launchTemplate.launchTemplateId!);
  const fromTemplate = { ArnEquals: { 'ec2:LaunchTemplate': template } };
  const run = (resources: string[], conditions: object = {}) =>
    new iam.PolicyStatement({
      actions: ['ec2:RunInstances'],
      resources,
      conditions: { ...fromTemplate, ...conditions },
    });
  return [
    run([ec2Arn(scope, 'instance', '*')], {
      StringEquals: {
        'aws:RequestTag/ray-cluster-name': clusterName,
        'ec2:InstanceType': instanceTypes,
        'ec2:MetadataHttpTokens': 'required',
      },
    }),
    run([ec2Arn(scope, 'volume', '*')], { Bool: { 'ec2:Encrypted': 'true' } }),
    run([ec2Arn(scope, 'network-interface', '*')]),
    // Worth nothing without the others, and not known to see the launch template.
    new iam.PolicyStatement({
      actions: ['ec2:RunInstances'],
      resources: [ec2Arn(scope, 'spot-instances-request', '*')],
    }),
    run([template, ...permissions.subnetIds.map((id) => ec2Arn(scope, 'subnet', id))]),
    // The template's own, whichever they are in the version that is launched; none that a request could name.
    run([ec2Arn(scope, 'image', '*', ''), ec2Arn(scope, 'security-group', '*')], {
      Bool: { 'ec2:IsLaunchTemplateResource': 'true' },
    }),
  ];
}

function lifecycleStatements(scope: Construct, permissions: HeadPermissions): iam.PolicyStatement[] {
  const { clusterName, workerRole, usesSpot } = permissions;
  const statements = [
    new iam.PolicyStatement({
      actions: ['ec2:CreateTags'],
      resources: LAUNCHED.map((resource) => ec2Arn(scope, resource, '*')),
      conditions: { StringEquals: { 'ec2:CreateAction': 'RunInstances' } },
    }),
    new iam.PolicyStatement({
      actions: ['ec2:TerminateInstances'],
      resources: [ec2Arn(scope, 'instance', '*')],
      conditions: {
        StringEquals: {
          'aws:ResourceTag/ray-cluster-name': clusterName,
          'aws:ResourceTag/ray-node-type': 'worker',
        },
      },
    }),
    new iam.PolicyStatement({ actions: ['ec2:DescribeInstances'], resources: ['*'] }),
    // By its tag and not by its name: a policy that names the group is deleted before it, and the head could not say
    // that its workers have ended.
    new iam.PolicyStatement({
      actions: ['autoscaling:CompleteLifecycleAction'],
      resources: [groupArns(scope)],
      conditions: { StringEquals: { 'aws:ResourceTag/ray-cluster-name': clusterName } },
    }),
    new iam.PolicyStatement({
      actions: ['iam:PassRole'],
      resources: [workerRole.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
    }),
  ];
  return usesSpot ? [...statements, spotRoleStatement(scope)] : statements;
}

function groupArns(scope: Construct): string {
  return Stack.of(scope).formatArn({
    service: 'autoscaling',
    resource: 'autoScalingGroup',
    resourceName: '*:autoScalingGroupName/*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** The first Spot Instance of an account needs a role of EC2's own, which the one who launches it makes. */
function spotRoleStatement(scope: Construct): iam.PolicyStatement {
  const resource = 'role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot';
  return new iam.PolicyStatement({
    actions: ['iam:CreateServiceLinkedRole'],
    resources: [
      Stack.of(scope).formatArn({
        service: 'iam',
        region: '',
        resource,
        arnFormat: ArnFormat.NO_RESOURCE_NAME,
      }),
    ],
    conditions: { StringEquals: { 'iam:AWSServiceName': 'spot.amazonaws.com' } },
  });
}

function ec2Arn(scope: Construct, resource: string, resourceName: string, account?: string): string {
  return Stack.of(scope).formatArn({ service: 'ec2', resource, resourceName, account });
}

/** An ARN as cdk-nag prints it, with references in angle brackets. */
function inFinding(scope: Construct, arn: string): string {
  const { partition, region, account } = Stack.of(scope);
  const names = { [partition]: '<AWS::Partition>', [region]: '<AWS::Region>', [account]: '<AWS::AccountId>' };
  return Object.entries(names)
    .filter(([value]) => Token.isUnresolved(value))
    .reduce((text, [value, name]) => text.split(value).join(name), arn);
}
