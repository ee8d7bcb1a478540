import { CfnParameter, Stack, Tags } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  FleetCapacity,
  FleetPolicy,
  FleetPolicyRules,
  InferenceFleet,
  InferenceRuntime,
  UnknownPrices,
} from '../../../lib';
import { problemsOf } from '../../support/config-error';
import { ACCOUNT, existingFleet, existingImage, newApp, newStack } from '../../support/fleet-app';
import { policedFleet, violationsAt } from '../../support/policed';

// A type of a family that the catalog does not have comes with a warning on the console.
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

function found(fleet: InferenceFleet, rules: FleetPolicyRules): string[] {
  return violationsAt(fleet, rules).map(({ rule, got }) => `${rule}: ${got}`);
}

const groupOf = (fleet: InferenceFleet) => fleet.autoScalingGroup.node.defaultChild as autoscaling.CfnAutoScalingGroup;

describe('where unknown prices are allowed', () => {
  const rules = { maxUsdPerMonth: { perFleet: 1, inTotal: 1 }, unknownPrices: UnknownPrices.ALLOW };

  test('the types whose price is known count beside one whose price is not', () => {
    const alone = policedFleet({ capacity: FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'] }) });
    const beside = policedFleet({
      capacity: FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge', 'm12g.4xlarge'] }),
    });
    expect(found(beside, rules)).toEqual(found(alone, rules));
    expect(found(beside, rules)).toHaveLength(2);
  });

  test('a region that nobody knows is refused all the same', () => {
    const fleet = existingFleet(newStack({}, newApp(), 'Prod'), {
      capacity: FleetCapacity.onDemand({ instanceTypes: ['m8g.4xlarge'] }),
    });
    expect(found(fleet, rules)).toEqual([
      'maxUsdPerMonth: m8g.4xlarge, whose price is not known in a region that is only known at deployment',
    ]);
  });
});

describe('sizes that are not what the capacity says', () => {
  const rules = { maxInstances: 4 };
  const unknown = 'maxInstances: a size that is only known at deployment';

  test('of the resource of the group', () => {
    const fleet = policedFleet();
    groupOf(fleet).maxSize = '50';
    expect(found(fleet, rules)).toEqual(['maxInstances: up to 50 instances']);
  });

  test('of an override', () => {
    const fleet = policedFleet();
    groupOf(fleet).addPropertyOverride('MaxSize', 60);
    expect(found(fleet, rules)).toEqual(['maxInstances: up to 60 instances']);
  });

  test('of a parameter', () => {
    const fleet = policedFleet();
    groupOf(fleet).maxSize = new CfnParameter(Stack.of(fleet), 'Max', { type: 'Number' }).valueAsString;
    expect(found(fleet, rules)).toEqual([unknown]);
  });

  test.each([
    ['IncreaseMaxCapacity', ['maxInstances: predictive scaling that may raise the greatest size for good']],
    ['HonorMaxCapacity', []],
  ])('of predictive scaling with %s', (maxCapacityBreachBehavior, expected) => {
    const fleet = policedFleet();
    new autoscaling.CfnScalingPolicy(Stack.of(fleet), 'Predict', {
      autoScalingGroupName: fleet.autoScalingGroup.autoScalingGroupName,
      policyType: 'PredictiveScaling',
      predictiveScalingConfiguration: {
        maxCapacityBreachBehavior,
        metricSpecifications: [
          {
            targetValue: 50,
            predefinedMetricPairSpecification: { predefinedMetricType: 'ASGCPUUtilization' },
          },
        ],
      },
    });
    expect(found(fleet, rules)).toEqual(expected);
  });
});

describe('ways in from the internet', () => {
  const rules = { requirePrivateNetwork: true };

  test('a scheme that is overridden', () => {
    const fleet = policedFleet();
    (fleet.loadBalancer.node.defaultChild as elbv2.CfnLoadBalancer).addPropertyOverride('Scheme', 'internet-facing');
    expect(found(fleet, rules)).toEqual(['requirePrivateNetwork: a load balancer of the scheme internet-facing']);
  });

  test('a range that whoever deploys gives', () => {
    const fleet = policedFleet();
    const range = new CfnParameter(Stack.of(fleet), 'Clients');
    fleet.connections.allowDefaultPortFrom(ec2.Peer.ipv4(range.valueAsString));
    expect(found(fleet, rules)).toEqual([
      'requirePrivateNetwork: Prod/Fleet/LoadBalancer/SecurityGroup/Resource open to a range that is only known at deployment',
    ]);
  });

  test('not the range of a VPC, which is only known at deployment too', () => {
    const fleet = policedFleet();
    const { vpcCidrBlock } = new ec2.Vpc(Stack.of(fleet), 'Clients');
    fleet.connections.allowDefaultPortFrom(ec2.Peer.ipv4(vpcCidrBlock));
    expect(found(fleet, rules)).toEqual([]);
  });

  test('public subnets that are imported one by one', () => {
    const stack = newStack(undefined, newApp(), 'Prod');
    const ids = ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'];
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: ['us-east-1a', 'us-east-1b'],
      publicSubnetIds: ids,
    });
    const subnets = ids.map((subnetId, index) =>
      ec2.Subnet.fromSubnetAttributes(stack, subnetId, { subnetId, availabilityZone: vpc.availabilityZones[index] }),
    );
    expect(found(existingFleet(stack, { vpc, vpcSubnets: { subnets } }), rules)).toEqual([
      'requirePrivateNetwork: public subnets',
    ]);
  });
});

describe('what is attached to a fleet from elsewhere', () => {
  test('a listener without TLS', () => {
    const fleet = policedFleet({}, {});
    const { loadBalancerArn } = fleet.loadBalancer;
    const { targetGroupArn } = fleet.targetGroup;
    new elbv2.CfnListener(Stack.of(fleet), 'Second', {
      loadBalancerArn,
      port: 8080,
      protocol: 'HTTP',
      defaultActions: [{ type: 'forward', targetGroupArn }],
    });
    expect(found(fleet, { requireTls: true })).toEqual([
      'requireTls: HTTP at Prod/Fleet/LoadBalancer/Listener/Resource',
      'requireTls: HTTP at Prod/Second',
    ]);
  });

  test('a way through its security group', () => {
    const fleet = policedFleet();
    const [{ securityGroupId: groupId }] = fleet.connections.securityGroups;
    const elsewhere = new Stack(fleet.node.root, 'Elsewhere', { env: { account: ACCOUNT, region: 'us-east-1' } });
    new ec2.CfnSecurityGroupIngress(elsewhere, 'Open', { groupId, ipProtocol: 'tcp', cidrIp: '0.0.0.0/0' });
    expect(found(fleet, { requirePrivateNetwork: true })).toEqual([
      'requirePrivateNetwork: Elsewhere/Open open to 0.0.0.0/0',
    ]);
  });
});

test('a share of Spot that is only known at deployment', () => {
  const stack = newStack(undefined, newApp(), 'Prod');
  const onDemandPercentageAboveBase = new CfnParameter(stack, 'Share', { type: 'Number' }).valueAsNumber;
  const capacity = FleetCapacity.spotFirst({ instanceTypes: ['m9g.4xlarge'], onDemandPercentageAboveBase });
  expect(found(existingFleet(stack, { capacity }), { minOnDemandPercentage: 1 })).toEqual([
    'minOnDemandPercentage: a share that is only known at deployment',
  ]);
});

test('a required tag that the group keeps from its instances', () => {
  const fleet = policedFleet({}, { tags: { team: 'chat' } });
  const rules = { requiredTags: { team: {} } };
  expect(found(fleet, rules)).toEqual([]);
  const other = policedFleet();
  Tags.of(other.autoScalingGroup).add('team', 'chat', { applyToLaunchedInstances: false });
  expect(found(other, rules)).toEqual(['requiredTags.team: no such tag']);
});

test('a required tag whose key every object has', () => {
  expect(found(policedFleet(), { requiredTags: { constructor: {} } })).toEqual([
    'requiredTags.constructor: no such tag',
  ]);
  const wide = FleetPolicy.of({ requiredTags: { team: {} } });
  expect(wide.narrowedBy(FleetPolicy.of({ requiredTags: { toString: {} } })).rules.requiredTags).toHaveProperty('team');
});

test('a pattern that would leave its group', () => {
  const problems = problemsOf(() => FleetPolicy.of({ requiredTags: { team: { pattern: 'a)|(?:.*' } } }));
  expect(problems.map(({ what }) => what)).toEqual(['requiredTags.team']);
});

test.each([
  ['docker.io/nginx', 'docker.io/library'],
  ['index.docker.io/nginx', 'docker.io/library/nginx'],
  ['nginx', 'index.docker.io'],
  ['docker.io/vllm/vllm-openai', 'index.docker.io/vllm'],
])('%s is of %s, however Docker Hub is named', (image, prefix) => {
  const fleet = policedFleet({ image: existingImage({ runtime: InferenceRuntime.container({ image }) }) });
  expect(found(fleet, { allowedRuntimeRegistries: [prefix] })).toEqual([]);
});

test('a policy of a stack and later of its app speaks once', () => {
  const app = newApp();
  const stack = newStack(undefined, app, 'Chat');
  existingFleet(stack, { capacity: FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'], maxInstances: 9 }) });
  const policy = FleetPolicy.of({ maxInstances: 4 });
  stack.with(policy);
  policy.applyTo(app);
  Tags.of(app).add('team', 'chat');
  expect(() => app.synth()).toThrow(/^(?!.*up to 9 instances.*up to 9 instances).*up to 9 instances/s);
});

test('no file is no policy', () => {
  expect(problemsOf(() => FleetPolicy.fromFiles([])).map(({ what }) => what)).toEqual(['files']);
});
