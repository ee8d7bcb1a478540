import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { RESOURCE_ACTIONS } from './resource-actions';

/** Service Catalog names the stacks of what is ordered so, and CloudFormation begins the names of their roles with it. */
const STACKS = 'SC-*';

/** The managed policies that the roles of a fleet and of its image have. */
const MANAGED_POLICIES = [
  'AmazonSSMManagedInstanceCore',
  'EC2InstanceProfileForImageBuilder',
  'service-role/EC2InstanceProfileForImageBuilder',
  'EC2ImageBuilderExecutionPolicy',
];

/**
 * What Service Catalog makes a fleet with, so that those who order one need no rights of their own but to order. It can do
 * what the resources of the template take, through CloudFormation alone and in this region, and touch roles of ordered
 * stacks only.
 *
 * https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html, read 2026-11-23
 */
export function createLaunchRole(scope: Construct, assetBucket: s3.IBucket): iam.Role {
  const role = new iam.Role(scope, 'LaunchRole', {
    description: 'Makes the fleets that are ordered from the catalog',
    assumedBy: new iam.ServicePrincipal('servicecatalog.amazonaws.com'),
  });
  const stack = Stack.of(scope);
  [
    ...stackStatements(stack),
    templateStatement(),
    assetStatement(assetBucket),
    ...roleStatements(stack),
    resourceStatement(stack),
  ].forEach((statement) => role.addToPolicy(statement));
  return role;
}

function stackStatements(stack: Stack): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      actions: [
        'cloudformation:CreateStack',
        'cloudformation:DeleteStack',
        'cloudformation:DescribeStackEvents',
        'cloudformation:DescribeStacks',
        'cloudformation:SetStackPolicy',
        'cloudformation:UpdateStack',
      ],
      resources: [stack.formatArn({ service: 'cloudformation', resource: 'stack', resourceName: `${STACKS}/*` })],
    }),
    // These read a template, which is no resource.
    new iam.PolicyStatement({
      actions: ['cloudformation:GetTemplateSummary', 'cloudformation:ValidateTemplate'],
      resources: ['*'],
    }),
  ];
}

/** Service Catalog tags the templates that it copies. */
function templateStatement(): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions: ['s3:GetObject'],
    resources: ['*'],
    conditions: { StringEquals: { 's3:ExistingObjectTag/servicecatalog:provisioning': 'true' } },
  });
}

function assetStatement(assetBucket: s3.IBucket): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [assetBucket.arnForObjects('*')] });
}

function roleStatements(stack: Stack): iam.PolicyStatement[] {
  const { partition } = stack;
  const iamArn = (resource: string) =>
    stack.formatArn({
      service: 'iam',
      region: '',
      resource,
      resourceName: STACKS,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
  const roles = [iamArn('role')];
  return [
    new iam.PolicyStatement({
      actions: [
        ...['CreateRole', 'DeleteRole', 'GetRole', 'UpdateRole', 'UpdateRoleDescription', 'UpdateAssumeRolePolicy'],
        ...['PutRolePolicy', 'GetRolePolicy', 'DeleteRolePolicy', 'ListRolePolicies', 'ListAttachedRolePolicies'],
        ...['TagRole', 'UntagRole'],
      ].map((action) => `iam:${action}`),
      resources: roles,
      conditions: throughCloudFormation(),
    }),
    new iam.PolicyStatement({
      actions: ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'],
      resources: roles,
      conditions: {
        ArnEquals: { 'iam:PolicyARN': MANAGED_POLICIES.map((name) => `arn:${partition}:iam::aws:policy/${name}`) },
        ...throughCloudFormation(),
      },
    }),
    new iam.PolicyStatement({
      actions: [
        ...['CreateInstanceProfile', 'DeleteInstanceProfile', 'GetInstanceProfile'],
        ...['AddRoleToInstanceProfile', 'RemoveRoleFromInstanceProfile'],
      ].map((action) => `iam:${action}`),
      resources: [iamArn('instance-profile')],
      conditions: throughCloudFormation(),
    }),
    new iam.PolicyStatement({
      actions: ['iam:PassRole'],
      resources: roles,
      conditions: {
        StringEquals: {
          'iam:PassedToService': ['ec2.amazonaws.com', 'imagebuilder.amazonaws.com', 'vpc-flow-logs.amazonaws.com'],
        },
      },
    }),
    new iam.PolicyStatement({
      actions: ['iam:CreateServiceLinkedRole'],
      resources: ['*'],
      conditions: {
        StringEquals: {
          'iam:AWSServiceName': ['autoscaling', 'elasticloadbalancing', 'imagebuilder'].map(
            (service) => `${service}.amazonaws.com`,
          ),
        },
      },
    }),
  ];
}

/** Their names are not known before they are made. */
function resourceStatement({ region }: Stack): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions: RESOURCE_ACTIONS,
    resources: ['*'],
    conditions: { ...throughCloudFormation(), StringEquals: { 'aws:RequestedRegion': region } },
  });
}

function throughCloudFormation(): object {
  return { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'cloudformation.amazonaws.com' } };
}
