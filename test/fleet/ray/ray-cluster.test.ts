import { Duration, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { describe, expect, test } from 'vitest';
import { ColdStart, FleetCapacity, RayCluster, RayClusterProps } from '../../../lib';
import { rayCluster } from '../../support/engine-app';
import { newStack } from '../../support/fleet-app';
import { CloudFormationTemplate, Json, onlyResource, resourcesOf, templateOf } from '../../support/template';

function clusterTemplate(
  props: Partial<RayClusterProps> = {},
  change: (cluster: RayCluster, stack: Stack) => void = () => undefined,
): CloudFormationTemplate {
  const stack = newStack();
  change(rayCluster(props, stack), stack);
  return templateOf(stack);
}

/** The one resource of a type for the head or the workers. */
function partOf(template: CloudFormationTemplate, type: string, part: 'Head' | 'Workers'): [string, Json] {
  const found = resourcesOf(template, type).filter(([id]) => id.startsWith(`Rollouts${part}`));
  expect(found).toHaveLength(1);
  return found[0];
}

/** A file of the user data, with references as `REF`. */
function fileOf(template: CloudFormationTemplate, part: 'Head' | 'Workers', name: string): Json {
  const [, { Properties }] = partOf(template, 'AWS::EC2::LaunchTemplate', part);
  const { 'Fn::Base64': content } = Properties.LaunchTemplateData.UserData;
  const parts: Json[] = typeof content === 'string' ? [content] : content['Fn::Join'][1];
  const text = parts.map((value) => (typeof value === 'string' ? value : 'REF')).join('');
  return JSON.parse(new RegExp(`${name} <<'END'\n(.*)\nEND`).exec(text)![1]);
}

const autoscalerOf = (props?: Partial<RayClusterProps>) =>
  fileOf(clusterTemplate(props), 'Head', 'ray.json').autoscaler;

/** Least and most of each node type. */
const boundsOf = (props: Partial<RayClusterProps>) =>
  Object.fromEntries(
    Object.entries<Json>(autoscalerOf(props).available_node_types).map(([name, type]) => [
      name,
      [type.min_workers, type.max_workers],
    ]),
  );

const TYPES = { instanceTypes: ['m9g.4xlarge', 'm8g.8xlarge'], minInstances: 1, maxInstances: 9 };

describe('the autoscaler of the head', () => {
  test('launches workers by the launch template, and needs no SSH', () => {
    const autoscaler = autoscalerOf();
    expect(autoscaler).toMatchObject({
      max_workers: 10,
      idle_timeout_minutes: 5,
      provider: {
        type: 'aws',
        region: 'us-east-1',
        disable_node_updaters: true,
        disable_launch_config_check: true,
        cache_stopped_nodes: false,
      },
      head_node_type: 'head',
    });
    expect(autoscaler.available_node_types.head).toEqual({
      resources: { CPU: 0 },
      node_config: {},
      min_workers: 0,
      max_workers: 0,
    });
    expect(autoscaler.available_node_types['spot.m9g.4xlarge']).toEqual({
      min_workers: 0,
      max_workers: 10,
      priority: 2,
      // 16 vCPUs, 64 GiB x 0.65
      resources: { CPU: 16, memory: 44_667_659_878 },
      node_config: {
        LaunchTemplate: { LaunchTemplateId: 'REF', Version: 'REF' },
        InstanceType: 'm9g.4xlarge',
        InstanceMarketOptions: { MarketType: 'spot' },
        SubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
      },
    });
    expect(autoscaler.available_node_types['spot.m8g.8xlarge'].priority).toBe(1);
  });

  test.each<[string, FleetCapacity, Record<string, number[]>]>([
    [
      'on demand, the least of the first type',
      FleetCapacity.onDemand(TYPES),
      { head: [0, 0], 'on-demand.m9g.4xlarge': [1, 9], 'on-demand.m8g.8xlarge': [0, 9] },
    ],
    ['Spot', FleetCapacity.spotFirst(TYPES), { head: [0, 0], 'spot.m9g.4xlarge': [1, 9], 'spot.m8g.8xlarge': [0, 9] }],
    [
      'Spot above a base of one type',
      FleetCapacity.spotFirst({ ...TYPES, onDemandBase: 2 }),
      { head: [0, 0], 'on-demand.m9g.4xlarge': [2, 2], 'spot.m9g.4xlarge': [0, 7], 'spot.m8g.8xlarge': [0, 7] },
    ],
    [
      'a base that is all',
      FleetCapacity.spotFirst({ ...TYPES, onDemandBase: 9 }),
      { head: [0, 0], 'on-demand.m9g.4xlarge': [9, 9], 'on-demand.m8g.8xlarge': [0, 9] },
    ],
    [
      'generations',
      FleetCapacity.mixedGenerations({ instanceTypes: ['m9g.4xlarge'], maxInstances: 4 }),
      { head: [0, 0], 'on-demand.m9g.4xlarge': [2, 4], 'on-demand.m8g.4xlarge': [0, 4] },
    ],
  ])('knows what may be launched: %s', (_, capacity, expected) => {
    expect(boundsOf({ capacity })).toEqual(expected);
  });

  test('takes its times from the cluster', () => {
    const template = clusterTemplate({
      idleTimeout: Duration.seconds(90),
      coldStart: ColdStart.measured(Duration.minutes(8)),
    });
    const node = fileOf(template, 'Head', 'ray.json');
    expect(node.autoscaler.idle_timeout_minutes).toBe(1.5);
    expect(node.environment).toEqual({ RAY_AUTOSCALER_RECONCILE_ALLOCATE_STATUS_TIMEOUT_S: '1440' });
  });

  test('leaves a worker that starts fast ten minutes all the same', () => {
    const template = clusterTemplate({ coldStart: ColdStart.measured(Duration.minutes(1)) });
    expect(fileOf(template, 'Head', 'ray.json').environment).toEqual({
      RAY_AUTOSCALER_RECONCILE_ALLOCATE_STATUS_TIMEOUT_S: '600',
    });
  });
});

describe('the nodes', () => {
  test('announce what the autoscaler expects of them', () => {
    const template = clusterTemplate({ capacity: FleetCapacity.spotFirst({ ...TYPES, onDemandBase: 1 }) });
    const { available_node_types: types } = fileOf(template, 'Head', 'ray.json').autoscaler;
    const { resources } = fileOf(template, 'Workers', 'ray.json');
    expect(Object.keys(resources)).toHaveLength(3);
    for (const [name, announced] of Object.entries(resources)) {
      expect(types[name].resources).toEqual(announced);
    }
  });

  test('show the dashboard on the loopback of the head only', () => {
    const template = clusterTemplate();
    expect(fileOf(template, 'Head', 'ray.json').arguments).toContain('--dashboard-host=127.0.0.1');
    expect(fileOf(template, 'Workers', 'ray.json').arguments.join()).not.toContain('dashboard-host');
  });

  test('reach each other by the ports that Ray is given, and nobody reaches them', () => {
    const template = clusterTemplate();
    const ingress = resourcesOf(template, 'AWS::EC2::SecurityGroupIngress').map(([, { Properties }]) => {
      const side = (reference: Json) => (reference['Fn::GetAtt'][0].includes('Head') ? 'head' : 'workers');
      const { FromPort, ToPort, GroupId, SourceSecurityGroupId } = Properties;
      return `${side(SourceSecurityGroupId)} -> ${side(GroupId)} ${FromPort}-${ToPort}`;
    });
    expect(ingress.sort()).toEqual([
      'head -> workers 10002-19999',
      'head -> workers 6380-6385',
      'workers -> head 10002-19999',
      'workers -> head 6379-6379',
      'workers -> head 6380-6385',
      'workers -> workers 10002-19999',
      'workers -> workers 6380-6385',
    ]);
    for (const [, { Properties }] of resourcesOf(template, 'AWS::EC2::SecurityGroup')) {
      expect(Properties.SecurityGroupIngress).toBeUndefined();
    }
    const ports: string[] = fileOf(template, 'Workers', 'ray.json').arguments;
    const numbers = ports.map((argument) => Number(argument.split('=')[1]));
    const open = (port: number) => (port >= 6380 && port <= 6385) || (port >= 10002 && port <= 19999);
    expect(numbers.filter((port) => !open(port))).toEqual([]);
  });

  test('boot the same image, encrypted and without version 1 of the metadata service', () => {
    const templates = resourcesOf(clusterTemplate(), 'AWS::EC2::LaunchTemplate');
    expect(templates).toHaveLength(2);
    for (const [, { Properties }] of templates) {
      const { ImageId, MetadataOptions, BlockDeviceMappings } = Properties.LaunchTemplateData;
      expect([ImageId, MetadataOptions.HttpTokens]).toEqual(['ami-0123456789abcdef0', 'required']);
      expect(BlockDeviceMappings[0].Ebs.Encrypted).toBe(true);
    }
  });
});

describe('the head', () => {
  const groupOf = (template: CloudFormationTemplate) => onlyResource(template, 'AWS::AutoScaling::AutoScalingGroup')[1];

  test('is one on-demand instance, tagged as Ray looks for it, and never two', () => {
    const { Properties, UpdatePolicy } = groupOf(clusterTemplate());
    expect([Properties.MinSize, Properties.MaxSize]).toEqual(['1', '1']);
    expect(Properties.MixedInstancesPolicy.InstancesDistribution.OnDemandPercentageAboveBaseCapacity).toBe(100);
    expect(UpdatePolicy.AutoScalingRollingUpdate).toMatchObject({ MinInstancesInService: 0, MaxBatchSize: 1 });
    expect(Object.fromEntries(Properties.Tags.map(({ Key, Value }: Json) => [Key, Value]))).toEqual({
      'ray-cluster-name': 'stack-rollouts-45dd52bb',
      'ray-node-type': 'head',
      'ray-user-node-type': 'head',
    });
  });

  test.each([
    ['m9g.4xlarge', undefined, 'm9g.xlarge'],
    ['c9g.48xlarge', undefined, 'c9g.xlarge'],
    ['m9g.4xlarge', 'r9g.2xlarge', 'r9g.2xlarge'],
  ])('of workers of type %s is, when %s is asked for, a %s', (worker, headInstanceType, expected) => {
    const capacity = FleetCapacity.onDemand({ instanceTypes: [worker] });
    const { Properties } = groupOf(clusterTemplate({ capacity, headInstanceType }));
    expect(Properties.MixedInstancesPolicy.LaunchTemplate.Overrides).toEqual([{ InstanceType: expected }]);
  });

  test('ends its workers before the stack can forget what they use', () => {
    const template = clusterTemplate();
    const group = groupOf(template);
    expect(group.Properties.LifecycleHookSpecificationList).toMatchObject([
      { LifecycleHookName: 'retire', LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING' },
    ]);
    const { retireSeconds, lifecycleHookName } = fileOf(template, 'Head', 'ray-head.json');
    const [{ HeartbeatTimeout }] = group.Properties.LifecycleHookSpecificationList;
    expect(lifecycleHookName).toBe('retire');
    expect(HeartbeatTimeout).toBeGreaterThan(retireSeconds);
    const policies = resourcesOf(template, 'AWS::IAM::Policy').filter(([id]) => id.includes('HeadInstanceRole'));
    expect(policies).toHaveLength(1);
    // Deleted after the group, and so not naming it.
    expect(group.DependsOn).toContain(policies[0][0]);
    expect(JSON.stringify(policies)).not.toContain(onlyResource(template, 'AWS::AutoScaling::AutoScalingGroup')[0]);
  });
});

describe('the role of the head', () => {
  const statementsOf = (template: CloudFormationTemplate): Json[] =>
    partOf(template, 'AWS::IAM::Policy', 'Head')[1].Properties.PolicyDocument.Statement;
  const allowing = (template: CloudFormationTemplate, action: string) =>
    statementsOf(template).filter(({ Action }) => [Action].flat().includes(action));

  test('launches from the template of the workers alone', () => {
    const template = clusterTemplate();
    const workers = partOf(template, 'AWS::EC2::LaunchTemplate', 'Workers')[0];
    const launches = allowing(template, 'ec2:RunInstances');
    const free = launches.filter(
      ({ Condition }) => !JSON.stringify(Condition?.ArnEquals?.['ec2:LaunchTemplate'] ?? '').includes(workers),
    );
    expect(free.map(({ Resource }) => Resource)).toEqual([
      'arn:aws:ec2:us-east-1:123456789012:spot-instances-request/*',
    ]);
    const [instance] = launches.filter(({ Resource }) => /:instance\/\*$/.test(Resource));
    expect(instance.Condition.StringEquals).toEqual({
      'aws:RequestTag/ray-cluster-name': 'stack-rollouts-45dd52bb',
      'ec2:InstanceType': ['m9g.4xlarge', 'm8g.8xlarge'],
      'ec2:MetadataHttpTokens': 'required',
    });
    const fixed = launches.filter(({ Resource }) => /image|security-group/.test(JSON.stringify(Resource)));
    expect(fixed.map(({ Condition }) => Condition.Bool)).toEqual([{ 'ec2:IsLaunchTemplateResource': 'true' }]);
  });

  test('terminates workers of its cluster alone, and passes their role alone', () => {
    const template = clusterTemplate();
    expect(allowing(template, 'ec2:TerminateInstances').map(({ Condition }) => Condition.StringEquals)).toEqual([
      {
        'aws:ResourceTag/ray-cluster-name': 'stack-rollouts-45dd52bb',
        'aws:ResourceTag/ray-node-type': 'worker',
      },
    ]);
    const workerRole = partOf(template, 'AWS::IAM::Role', 'Workers')[0];
    expect(allowing(template, 'iam:PassRole').map(({ Resource }) => Resource)).toEqual([
      { 'Fn::GetAtt': [workerRole, 'Arn'] },
    ]);
    expect(allowing(template, 'ec2:CreateTags').map(({ Condition }) => Condition)).toEqual([
      { StringEquals: { 'ec2:CreateAction': 'RunInstances' } },
    ]);
  });

  test('may make the role of Spot Instances only where there are any', () => {
    const onDemand = clusterTemplate({ capacity: FleetCapacity.onDemand(TYPES) });
    expect(allowing(onDemand, 'iam:CreateServiceLinkedRole')).toEqual([]);
    expect(allowing(clusterTemplate(), 'iam:CreateServiceLinkedRole')).toHaveLength(1);
  });

  test('is not that of the workers', () => {
    const [, { Properties }] = partOf(clusterTemplate(), 'AWS::IAM::Policy', 'Workers');
    expect(JSON.stringify(Properties)).not.toContain('ec2:');
  });
});

test('a grant reaches the entry point of a job and its tasks', () => {
  const template = clusterTemplate({}, (cluster, stack) => {
    s3.Bucket.fromBucketName(stack, 'Data', 'data').grantRead(cluster);
  });
  for (const part of ['Head', 'Workers'] as const) {
    const [, { Properties }] = partOf(template, 'AWS::IAM::Policy', part);
    expect(JSON.stringify(Properties)).toContain('s3:GetObject*');
  }
});

test('ids of the cluster stay what they are', () => {
  const ids = Object.entries(clusterTemplate().Resources).map(([id, { Type }]) => `${id} ${Type.split('::')[2]}`);
  expect(ids.filter((id) => !id.endsWith('Ingress'))).toMatchInlineSnapshot(`
    [
      "RolloutsHeadInstanceRole636C8B1F Role",
      "RolloutsHeadInstanceRoleDefaultPolicy0FFA974D Policy",
      "RolloutsHeadInstanceSecurityGroup556A929F SecurityGroup",
      "RolloutsHeadLaunchTemplateProfileA578EFF6 InstanceProfile",
      "RolloutsHeadLaunchTemplateC80027F3 LaunchTemplate",
      "RolloutsHeadGroupASG65FFD0B7 AutoScalingGroup",
      "RolloutsWorkersInstanceRoleD9264B21 Role",
      "RolloutsWorkersInstanceRoleDefaultPolicy37B618B3 Policy",
      "RolloutsWorkersInstanceSecurityGroup6C91D541 SecurityGroup",
      "RolloutsWorkersLaunchTemplateProfile2AAB4297 InstanceProfile",
      "RolloutsWorkersLaunchTemplate0CF2E6F0 LaunchTemplate",
    ]
  `);
});
