import { Duration, Lazy, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { describe, expect, test } from 'vitest';
import { FleetCapacity, FleetRollout, InferenceFleetProps } from '../../lib';
import { existingFleet, existingImage, newStack } from '../support/fleet-app';
import { useSilentWarnings } from '../support/silent-warnings';
import { CloudFormationTemplate, Json, onlyResource, resourcesOf, templateOf } from '../support/template';

useSilentWarnings();

function fleetTemplate(props: Partial<InferenceFleetProps> = {}): CloudFormationTemplate {
  const stack = newStack();
  existingFleet(stack, props);
  return templateOf(stack);
}

function propertiesOf(template: CloudFormationTemplate, type: string): Json {
  return onlyResource(template, type)[1].Properties;
}

const GROUP = 'AWS::AutoScaling::AutoScalingGroup';
const LAUNCH_TEMPLATE = 'AWS::EC2::LaunchTemplate';

describe('the group', () => {
  test('has two on-demand instances when nothing is said', () => {
    const { MinSize, MaxSize, CapacityRebalance, MixedInstancesPolicy } = propertiesOf(fleetTemplate(), GROUP);
    expect([MinSize, MaxSize, CapacityRebalance]).toEqual(['2', '2', false]);
    expect(MixedInstancesPolicy.InstancesDistribution).toEqual({
      OnDemandBaseCapacity: 0,
      OnDemandPercentageAboveBaseCapacity: 100,
      OnDemandAllocationStrategy: 'prioritized',
    });
  });

  test('has Spot instances above its base, and replaces those at risk early', () => {
    const instanceTypes = ['m9g.4xlarge', 'm8g.4xlarge'];
    const capacity = FleetCapacity.spotFirst({ instanceTypes, minInstances: 3, maxInstances: 9, onDemandBase: 2 });
    const { MinSize, MaxSize, CapacityRebalance, MixedInstancesPolicy } = propertiesOf(
      fleetTemplate({ capacity }),
      GROUP,
    );
    expect([MinSize, MaxSize, CapacityRebalance]).toEqual(['3', '9', true]);
    expect(MixedInstancesPolicy.InstancesDistribution).toEqual({
      OnDemandBaseCapacity: 2,
      OnDemandPercentageAboveBaseCapacity: 0,
      OnDemandAllocationStrategy: 'prioritized',
      SpotAllocationStrategy: 'price-capacity-optimized',
    });
    const names = MixedInstancesPolicy.LaunchTemplate.Overrides.map(({ InstanceType }: Json) => InstanceType);
    expect(names).toEqual(instanceTypes);
  });

  test('may be empty, when its greatest number is at least one', () => {
    const capacity = FleetCapacity.onDemand({ instanceTypes: ['m9g.large'], minInstances: 0 });
    expect(propertiesOf(fleetTemplate({ capacity }), GROUP)).toMatchObject({ MinSize: '0', MaxSize: '1' });
  });

  test('takes numbers that are only known at deployment', () => {
    const minInstances = Token.asNumber({ Ref: 'Least' });
    const maxInstances = Lazy.number({ produce: () => 7 });
    const capacity = FleetCapacity.onDemand({ instanceTypes: ['m9g.large'], minInstances, maxInstances });
    const stack = newStack();
    existingFleet(stack, { capacity });
    expect(propertiesOf(templateOf(stack), GROUP)).toMatchObject({ MinSize: { Ref: 'Least' }, MaxSize: '7' });
  });

  test('publishes its metrics and follows the health checks of the load balancer', () => {
    expect(propertiesOf(fleetTemplate(), GROUP)).toMatchObject({
      MetricsCollection: [{ Granularity: '1Minute' }],
      HealthCheckType: 'ELB',
      HealthCheckGracePeriod: 450,
      DefaultInstanceWarmup: 300,
    });
  });

  test('names the newest version of its launch template by number', () => {
    const template = fleetTemplate();
    const [id] = onlyResource(template, LAUNCH_TEMPLATE);
    const { LaunchTemplateSpecification } = propertiesOf(template, GROUP).MixedInstancesPolicy.LaunchTemplate;
    expect(LaunchTemplateSpecification).toEqual({
      LaunchTemplateId: { Ref: id },
      Version: { 'Fn::GetAtt': [id, 'LatestVersionNumber'] },
    });
  });
});

describe('an instance', () => {
  test('boots the AMI, with IMDSv2, an encrypted disk and basic monitoring', () => {
    const { LaunchTemplateData: data } = propertiesOf(fleetTemplate(), LAUNCH_TEMPLATE);
    expect(data).toMatchObject({
      ImageId: 'ami-0123456789abcdef0',
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 2, InstanceMetadataTags: 'enabled' },
      Monitoring: { Enabled: false },
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeType: 'gp3', VolumeSize: 30 } }],
    });
    expect([data.KeyName, data.NetworkInterfaces]).toEqual([undefined, undefined]);
  });

  test('takes requests from the load balancer only, and the load balancer from nobody', () => {
    const template = fleetTemplate();
    const groups = resourcesOf(template, 'AWS::EC2::SecurityGroup');
    expect(groups.flatMap(([, { Properties }]) => Properties.SecurityGroupIngress ?? [])).toEqual([]);
    const ingress = propertiesOf(template, 'AWS::EC2::SecurityGroupIngress');
    const [loadBalancerGroup] = groups.find(([id]) => id.includes('LoadBalancer'))!;
    expect(ingress).toMatchObject({
      FromPort: 8080,
      ToPort: 8080,
      SourceSecurityGroupId: { 'Fn::GetAtt': [loadBalancerGroup, 'GroupId'] },
    });
  });

  test('has a role for Systems Manager, for metrics of this library and for draining, and nothing else', () => {
    const { ManagedPolicyArns, Policies } = propertiesOf(fleetTemplate(), 'AWS::IAM::Role');
    expect(ManagedPolicyArns).toHaveLength(1);
    expect(JSON.stringify(ManagedPolicyArns)).toContain('AmazonSSMManagedInstanceCore');
    expect(Policies).toBeUndefined();
    const policies = resourcesOf(fleetTemplate(), 'AWS::IAM::Policy');
    expect(policies.map(([id]) => id)).toEqual([
      expect.stringMatching(/^FleetInstanceRoleDefaultPolicy/),
      expect.stringMatching(/^FleetDrainPolicy/),
    ]);
    expect(policies[0][1].Properties.PolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'cloudwatch:PutMetricData',
        Resource: '*',
        Condition: { StringEquals: { 'cloudwatch:namespace': 'GravitonFleet' } },
      },
    ]);
  });

  test('runs commands that are added after the constructor', () => {
    const stack = newStack();
    existingFleet(stack).userData.addCommands('echo late');
    const { LaunchTemplateData: data } = propertiesOf(templateOf(stack), LAUNCH_TEMPLATE);
    const parts: Json[] = data.UserData['Fn::Base64']['Fn::Join'][1];
    expect(parts[0]).toMatch(/^#!\/bin\/bash\n/);
    expect(parts.at(-1)).toMatch(/\necho late$/);
  });
});

describe('the load balancer', () => {
  test('is opened by a rule of the user', () => {
    const stack = newStack();
    existingFleet(stack).connections.allowDefaultPortFrom(ec2.Peer.ipv4('10.0.0.0/8'));
    const groups = resourcesOf(templateOf(stack), 'AWS::EC2::SecurityGroup');
    const open = groups.flatMap(([id, { Properties }]) => (Properties.SecurityGroupIngress ? [[id, Properties]] : []));
    expect(open).toHaveLength(1);
    expect(open[0][0]).toContain('LoadBalancer');
    expect(open[0][1].SecurityGroupIngress).toMatchObject([{ CidrIp: '10.0.0.0/8', FromPort: 80, ToPort: 80 }]);
  });

  test('asks for the health of the runtime', () => {
    expect(
      propertiesOf(fleetTemplate({ image: existingImage() }), 'AWS::ElasticLoadBalancingV2::TargetGroup'),
    ).toMatchObject({ Port: 8080, Protocol: 'HTTP', HealthCheckPath: '/health', TargetType: 'instance' });
  });
});

describe('a roll-out', () => {
  const refresh = (rollout?: FleetRollout) =>
    onlyResource(fleetTemplate({ rollout }), GROUP)[1].UpdatePolicy.AutoScalingInstanceRefresh.Preferences;

  test('begins with canaries', () => {
    const canary = { CheckpointPercentages: [10, 100], CheckpointDelay: 900 };
    const preferences = { MinHealthyPercentage: 100, MaxHealthyPercentage: 110, SkipMatching: true };
    expect(refresh(FleetRollout.canary({ watch: [] }))).toEqual({ ...preferences, ...canary });
    expect(refresh()).toEqual({
      ...{ ...preferences, ...canary, BakeTime: 300 },
      AlarmSpecification: {
        Alarms: ['IllegalInstructions', 'ServerErrorRate', 'UnhealthyInstances'].map((name) => ({
          Ref: expect.stringMatching(`^FleetRollout${name}`),
        })),
      },
    });
    expect(refresh(FleetRollout.rolling())).toEqual(preferences);
  });

  test('takes its own shares and times', () => {
    const rollout = FleetRollout.canary({
      ...{ canaryPercentage: 25, canaryTime: Duration.hours(1), bakeTime: Duration.minutes(1) },
      ...{ minHealthyPercentage: 50, maxHealthyPercentage: 150 },
    });
    expect(refresh(rollout)).toMatchObject({
      ...{ CheckpointPercentages: [25, 100], CheckpointDelay: 3600, BakeTime: 60 },
      ...{ MinHealthyPercentage: 50, MaxHealthyPercentage: 150 },
    });
  });

  test('replaces root volumes where each override names the AMI', () => {
    const capacity = FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge', 'm8g.4xlarge'] });
    const template = fleetTemplate({ rollout: FleetRollout.replaceRootVolume(), capacity });
    const [, { UpdatePolicy, Properties }] = onlyResource(template, GROUP);
    expect(UpdatePolicy.AutoScalingInstanceRefresh).toEqual({
      Strategy: 'ReplaceRootVolume',
      Preferences: { MinHealthyPercentage: 90, MaxHealthyPercentage: 100, SkipMatching: true },
    });
    const ImageId = onlyResource(template, LAUNCH_TEMPLATE)[1].Properties.LaunchTemplateData.ImageId;
    expect(Properties.MixedInstancesPolicy.LaunchTemplate.Overrides).toEqual([
      { InstanceType: 'm9g.4xlarge', ImageId },
      { InstanceType: 'm8g.4xlarge', ImageId },
    ]);
  });

  test('watches alarms, for five minutes more unless another time is given', () => {
    const stack = newStack();
    const metric = new cloudwatch.Metric({ namespace: 'Chat', metricName: 'Failed' });
    const alarm = metric.createAlarm(stack, 'Alarm', { threshold: 1, evaluationPeriods: 1 });
    existingFleet(stack, { rollout: FleetRollout.rolling({ alarms: [alarm] }) });
    const [id] = onlyResource(templateOf(stack), 'AWS::CloudWatch::Alarm');
    const { UpdatePolicy } = onlyResource(templateOf(stack), GROUP)[1];
    expect(UpdatePolicy.AutoScalingInstanceRefresh.Preferences).toMatchObject({
      AlarmSpecification: { Alarms: [{ Ref: id }] },
      BakeTime: 300,
    });
  });
});
