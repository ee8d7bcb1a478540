import { describe, expect, test } from 'vitest';
import { FleetEndpoint, FleetNetwork, IsolatedNetworkOptions } from '../../lib';
import { useBuiltInKernels } from '../support/built-in-kernels';
import { problemsOf } from '../support/config-error';
import { existingVpc, fleetStack, newStack } from '../support/fleet-app';
import { violations } from '../support/security-invariants';
import { findings } from '../support/strict-validation';
import { CloudFormationTemplate, Json, onlyResource, resourcesOf, templateOf } from '../support/template';

useBuiltInKernels();

const SERVICE = /^com\.amazonaws\.us-east-1\.(.+)$/;

function networkTemplate(network: FleetNetwork): CloudFormationTemplate {
  return templateOf(fleetStack({ network }));
}

function services(template: CloudFormationTemplate, kind: string): string[] {
  return resourcesOf(template, 'AWS::EC2::VPCEndpoint')
    .filter(([, { Properties }]) => Properties.VpcEndpointType === kind)
    .map(([, { Properties }]) => SERVICE.exec(textOf(Properties.ServiceName))?.[1] ?? 'unreadable');
}

function textOf(value: Json): string {
  return typeof value === 'string'
    ? value
    : value['Fn::Join'][1].map((part: Json) => (part.Ref === 'AWS::Region' ? 'us-east-1' : part)).join('');
}

describe('an isolated network', () => {
  const isolated = (options?: IsolatedNetworkOptions) => networkTemplate(FleetNetwork.isolated(options));

  test('has no way out and no way in', () => {
    const template = isolated();
    const ways = ['InternetGateway', 'NatGateway', 'EIP', 'EgressOnlyInternetGateway', 'VPCGatewayAttachment', 'Route'];
    expect(ways.flatMap((way) => resourcesOf(template, `AWS::EC2::${way}`))).toEqual([]);
    expect(
      resourcesOf(template, 'AWS::EC2::Subnet').map(([, { Properties }]) => Properties.MapPublicIpOnLaunch),
    ).toEqual([...[false, false]]);
  });

  test('reaches what builders and instances need by endpoints with private names', () => {
    const template = isolated();
    const builders = ['ssm', 'ssmmessages', 'imagebuilder', 'logs', 'monitoring'];
    expect(services(template, 'Interface')).toEqual([...builders, 'autoscaling', 'elasticloadbalancing']);
    expect(services(template, 'Gateway')).toEqual(['s3', 'dynamodb']);
    for (const [, { Properties }] of resourcesOf(template, 'AWS::EC2::VPCEndpoint')) {
      expect(Properties.PrivateDnsEnabled ?? true).toBe(true);
      expect((Properties.SubnetIds ?? Properties.RouteTableIds) as string[]).toHaveLength(2);
    }
  });

  test('reaches every service that the policies of an instance name', () => {
    const template = isolated();
    const reached = [...services(template, 'Interface'), ...services(template, 'Gateway')];
    const roles = resourcesOf(template, 'AWS::IAM::Role').filter(([id]) => /^FleetInstanceRole/.test(id));
    expect(roles).toHaveLength(1);
    const policies = resourcesOf(template, 'AWS::IAM::Policy').filter(([, { Properties }]) =>
      (Properties.Roles as Json[]).some(({ Ref }) => Ref === roles[0][0]),
    );
    const actions = policies.flatMap(([, { Properties }]) =>
      Properties.PolicyDocument.Statement.flatMap(({ Action }: Json) => Action),
    );
    const names: Record<string, string> = { cloudwatch: 'monitoring' };
    const called = new Set(actions.map((action: string) => action.split(':')[0]).map((name) => names[name] ?? name));
    expect([...called]).toEqual(expect.arrayContaining(['autoscaling', 'elasticloadbalancing']));
    expect([...called].filter((name) => !reached.includes(name))).toEqual([]);
  });

  test('reaches what else the user names, once', () => {
    const endpoints = [FleetEndpoint.SQS, FleetEndpoint.ECR_API, FleetEndpoint.SQS];
    expect(services(isolated({ endpoints }), 'Interface')).toEqual(['sqs', 'ecr.api']);
  });

  test('lets only the VPC itself use the endpoints, by HTTPS', () => {
    const template = isolated();
    const [[id, { Properties }], ...others] = resourcesOf(template, 'AWS::EC2::SecurityGroup').filter(([name]) =>
      name.includes('Endpoint'),
    );
    expect(others).toEqual([]);
    expect(Properties.SecurityGroupIngress).toMatchObject([{ FromPort: 443, ToPort: 443, CidrIp: '10.0.0.0/16' }]);
    expect(onlyResource(template, 'AWS::EC2::VPC')[1].Properties.CidrBlock).toBe('10.0.0.0/16');
    const endpoints = resourcesOf(template, 'AWS::EC2::VPCEndpoint').map(([, endpoint]) => endpoint.Properties);
    const guards = endpoints
      .filter(({ VpcEndpointType }) => VpcEndpointType === 'Interface')
      .flatMap((e) => e.SecurityGroupIds);
    expect(guards).toEqual(Array(7).fill({ 'Fn::GetAtt': [id, 'GroupId'] }));
  });

  test('carries the builders, the instances and the load balancer, and passes strict validation', () => {
    const template = isolated({ zones: 3 });
    const subnets = resourcesOf(template, 'AWS::EC2::Subnet').map(([id]) => ({ Ref: id }));
    expect(subnets).toHaveLength(3);
    const [, group] = onlyResource(template, 'AWS::AutoScaling::AutoScalingGroup');
    expect(group.Properties.VPCZoneIdentifier).toEqual(subnets);
    const [, balancer] = onlyResource(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
    expect(balancer.Properties.Subnets).toEqual(subnets);
    const [, builder] = onlyResource(template, 'AWS::ImageBuilder::InfrastructureConfiguration');
    expect(builder.Properties.SubnetId).toEqual(subnets[0]);
    expect([findings(template, 'us-east-1'), violations(template)]).toEqual([[], []]);
  });
});

test('a network with a NAT gateway reaches S3 around it', () => {
  const template = networkTemplate(FleetNetwork.withNatGateway());
  expect(resourcesOf(template, 'AWS::EC2::NatGateway')).toHaveLength(1);
  expect([services(template, 'Gateway'), services(template, 'Interface')]).toEqual([['s3'], []]);
  expect(template).toEqual(templateOf(fleetStack()));
});

test('an existing network is used in the subnets that the user names', () => {
  const stack = newStack();
  const vpc = existingVpc(stack);
  const subnet = vpc.privateSubnets[1];
  expect(FleetNetwork.existing(vpc, { subnets: [subnet] })._bind(stack)).toEqual({
    vpc,
    vpcSubnets: { subnets: [subnet] },
  });
});

test.each([1, 4, 2.5, Number.NaN])('%d zones are refused', (zones) => {
  for (const create of [FleetNetwork.isolated.bind(FleetNetwork), FleetNetwork.withNatGateway.bind(FleetNetwork)]) {
    expect(problemsOf(() => create({ zones })).map(({ what, got }) => [what, got])).toEqual([['zones', `${zones}`]]);
  }
});
