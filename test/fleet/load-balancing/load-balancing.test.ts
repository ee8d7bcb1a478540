import { Duration } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { describe, expect, test } from 'vitest';
import { CrossZone, FleetCapacity, FleetDrain, FleetLoadBalancing, InferenceFleetProps } from '../../../lib';
import { warningsOf } from '../../support/annotations';
import { problemsOf } from '../../support/config-error';
import { CERTIFICATE_ARN, existingFleet, inRegion, newApp, newStack } from '../../support/fleet-app';
import { useSilentWarnings } from '../../support/silent-warnings';
import { CloudFormationTemplate, Json, onlyResource, resourcesOf, templateOf } from '../../support/template';

useSilentWarnings();

const ELB = 'AWS::ElasticLoadBalancingV2';

function templateWith(
  loadBalancing: (stack: Stack) => FleetLoadBalancing,
  props: Partial<InferenceFleetProps> = {},
  region = 'us-east-1',
): CloudFormationTemplate {
  const stack = newStack(inRegion(region));
  existingFleet(stack, { loadBalancing: loadBalancing(stack), ...props });
  return templateOf(stack);
}

function attributesOf(template: CloudFormationTemplate, type: 'LoadBalancer' | 'TargetGroup' | 'Listener'): Json {
  const [, { Properties }] = onlyResource(template, `${ELB}::${type}`);
  return Object.fromEntries(Properties[`${type}Attributes`].map(({ Key, Value }: Json) => [Key, Value]));
}

function propertiesOf(template: CloudFormationTemplate, type: string): Json {
  return onlyResource(template, type)[1].Properties;
}

const certificate = (stack: Stack) => acm.Certificate.fromCertificateArn(stack, 'Certificate', CERTIFICATE_ARN);
const bucket = (stack: Stack) => new s3.Bucket(stack, 'Logs', { encryption: s3.BucketEncryption.S3_MANAGED });

describe('an Application Load Balancer', () => {
  test('by default is internal, without TLS, for long requests of very different length', () => {
    const template = templateWith(() => FleetLoadBalancing.alb());
    expect(propertiesOf(template, `${ELB}::LoadBalancer`)).toMatchObject({ Scheme: 'internal', Type: 'application' });
    expect(attributesOf(template, 'LoadBalancer')).toEqual({
      'deletion_protection.enabled': 'false',
      'routing.http2.enabled': 'true',
      'idle_timeout.timeout_seconds': '300',
      'client_keep_alive.seconds': '3600',
      'routing.http.drop_invalid_header_fields.enabled': 'true',
    });
    expect(propertiesOf(template, `${ELB}::Listener`)).toMatchObject({ Port: 80, Protocol: 'HTTP' });
    expect(propertiesOf(template, `${ELB}::TargetGroup`)).toMatchObject({
      Port: 8080,
      Protocol: 'HTTP',
      TargetType: 'instance',
      HealthCheckPath: '/health',
      HealthCheckIntervalSeconds: 15,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 2,
    });
    expect(attributesOf(template, 'TargetGroup')).toMatchObject({
      'load_balancing.algorithm.type': 'least_outstanding_requests',
      'deregistration_delay.timeout_seconds': '120',
    });
    expect(attributesOf(template, 'TargetGroup')).not.toHaveProperty(['load_balancing.cross_zone.enabled']);
  });

  test('is never silent for less than the longest request', () => {
    const idle = (seconds: number) => {
      const lifecycle = { drain: FleetDrain.within(Duration.seconds(seconds)) };
      return attributesOf(
        templateWith(() => FleetLoadBalancing.alb(), { lifecycle }),
        'LoadBalancer',
      );
    };
    expect([300, 301, 3590].map((seconds) => idle(seconds)['idle_timeout.timeout_seconds'])).toEqual([
      '300',
      '301',
      '3590',
    ]);
  });

  test('takes every option', () => {
    const template = templateWith((stack) =>
      FleetLoadBalancing.alb({
        certificate: certificate(stack),
        sslPolicy: elbv2.SslPolicy.TLS13_13,
        accessLogs: bucket(stack),
        idleTimeout: Duration.millis(90_500),
        clientKeepAlive: Duration.minutes(5),
        crossZone: CrossZone.OFF,
      }),
    );
    expect(attributesOf(template, 'LoadBalancer')).toMatchObject({
      'idle_timeout.timeout_seconds': '91',
      'client_keep_alive.seconds': '300',
      'access_logs.s3.enabled': 'true',
      'access_logs.s3.bucket': { Ref: expect.stringMatching(/^Logs/) },
    });
    expect(attributesOf(template, 'TargetGroup')['load_balancing.cross_zone.enabled']).toBe('false');
    expect(propertiesOf(template, `${ELB}::Listener`)).toMatchObject({
      Port: 443,
      Protocol: 'HTTPS',
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-3-2021-06',
      Certificates: [{ CertificateArn: CERTIFICATE_ARN }],
    });
  });
});

describe('TLS is what AWS recommends', () => {
  test.each([
    ['us-east-1', 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09'],
    ['cn-north-1', 'ELBSecurityPolicy-TLS13-1-2-2021-06'],
  ])('in %s', (region, policy) => {
    const capacity = FleetCapacity.onDemand({ instanceTypes: ['m7g.large'] });
    for (const kind of ['alb', 'nlb'] as const) {
      const loadBalancing = (stack: Stack) => FleetLoadBalancing[kind]({ certificate: certificate(stack) });
      const template = templateWith(loadBalancing, { capacity }, region);
      expect(propertiesOf(template, `${ELB}::Listener`).SslPolicy).toBe(policy);
    }
  });
});

describe('a Network Load Balancer', () => {
  test('by default is internal, without TLS, and keeps connections in their zone', () => {
    const template = templateWith(() => FleetLoadBalancing.nlb());
    expect(propertiesOf(template, `${ELB}::LoadBalancer`)).toMatchObject({ Scheme: 'internal', Type: 'network' });
    expect(attributesOf(template, 'LoadBalancer')).toMatchObject({ 'load_balancing.cross_zone.enabled': 'false' });
    expect(propertiesOf(template, `${ELB}::Listener`)).toMatchObject({ Port: 80, Protocol: 'TCP' });
    expect(attributesOf(template, 'Listener')).toEqual({ 'tcp.idle_timeout.seconds': '350' });
    expect(propertiesOf(template, `${ELB}::TargetGroup`)).toMatchObject({
      Port: 8080,
      Protocol: 'TCP',
      HealthCheckProtocol: 'HTTP',
      HealthCheckPath: '/health',
    });
    expect(attributesOf(template, 'TargetGroup')).toMatchObject({
      'deregistration_delay.timeout_seconds': '120',
      'deregistration_delay.connection_termination.enabled': 'true',
    });
    const [, group] = onlyResource(template, 'AWS::AutoScaling::AutoScalingGroup');
    expect(group.Properties.TargetGroupARNs).toEqual([{ Ref: onlyResource(template, `${ELB}::TargetGroup`)[0] }]);
  });

  test('takes every option', () => {
    const tls = templateWith((stack) =>
      FleetLoadBalancing.nlb({
        certificate: certificate(stack),
        sslPolicy: elbv2.SslPolicy.TLS13_13,
        accessLogs: bucket(stack),
        crossZone: CrossZone.ON,
      }),
    );
    expect(attributesOf(tls, 'LoadBalancer')).toMatchObject({
      'load_balancing.cross_zone.enabled': 'true',
      'access_logs.s3.enabled': 'true',
    });
    const listener = propertiesOf(tls, `${ELB}::Listener`);
    expect(listener).toMatchObject({ Port: 443, Protocol: 'TLS', SslPolicy: 'ELBSecurityPolicy-TLS13-1-3-2021-06' });
    const idle = templateWith(() => FleetLoadBalancing.nlb({ idleTimeout: Duration.minutes(100) }));
    expect(attributesOf(idle, 'Listener')).toEqual({ 'tcp.idle_timeout.seconds': '6000' });
  });

  test('lets nobody in until it is told to, and instances take only what comes from it', () => {
    const stack = newStack();
    const fleet = existingFleet(stack, { loadBalancing: FleetLoadBalancing.nlb() });
    const closed = templateOf(stack);
    const groups = resourcesOf(closed, 'AWS::EC2::SecurityGroup');
    expect(groups).toHaveLength(2);
    expect(groups.flatMap(([, { Properties }]) => Properties.SecurityGroupIngress ?? [])).toEqual([]);
    const [own] = groups.find(([id]) => id.includes('LoadBalancer'))!;
    expect(propertiesOf(closed, `${ELB}::LoadBalancer`).SecurityGroups).toEqual([{ 'Fn::GetAtt': [own, 'GroupId'] }]);
    expect(propertiesOf(closed, 'AWS::EC2::SecurityGroupIngress')).toMatchObject({
      FromPort: 8080,
      ToPort: 8080,
      SourceSecurityGroupId: { 'Fn::GetAtt': [own, 'GroupId'] },
    });

    const other = newStack();
    const open = existingFleet(other, { loadBalancing: FleetLoadBalancing.nlb() });
    open.connections.allowDefaultPortFrom(ec2.Peer.ipv4('10.0.0.0/8'));
    const rules = resourcesOf(templateOf(other), 'AWS::EC2::SecurityGroup').flatMap(
      ([, { Properties }]) => Properties.SecurityGroupIngress ?? [],
    );
    expect(rules).toMatchObject([{ CidrIp: '10.0.0.0/8', FromPort: 80, ToPort: 80 }]);
    expect(fleet.loadBalancer).toBeInstanceOf(elbv2.NetworkLoadBalancer);
  });

  test('has fewer targets than an Application Load Balancer, and fewest across zones', () => {
    const warningsWith = (maxInstances: number, loadBalancing: FleetLoadBalancing) => {
      const app = newApp();
      const capacity = FleetCapacity.onDemand({ instanceTypes: ['m9g.large'], maxInstances });
      existingFleet(newStack(undefined, app), { capacity, loadBalancing });
      return warningsOf(app);
    };
    // Two zones have 1000; 909 and 454 instances are 1000 and 500 during a roll-out.
    expect(warningsWith(909, FleetLoadBalancing.nlb())).toEqual([]);
    expect(warningsWith(910, FleetLoadBalancing.nlb())).toEqual(['targetQuota']);
    expect(warningsWith(454, FleetLoadBalancing.nlb({ crossZone: CrossZone.ON }))).toEqual([]);
    expect(warningsWith(455, FleetLoadBalancing.nlb({ crossZone: CrossZone.ON }))).toEqual(['targetQuota']);
  });
});

describe('options are refused', () => {
  test.each<[string, (stack: Stack) => FleetLoadBalancing, string[][]]>([
    [
      'times out of their range',
      () => FleetLoadBalancing.alb({ idleTimeout: Duration.hours(2), clientKeepAlive: Duration.seconds(59) }),
      [
        ['idleTimeout', '2 hours'],
        ['clientKeepAlive', '59 seconds'],
      ],
    ],
    [
      'a short silence',
      () => FleetLoadBalancing.nlb({ idleTimeout: Duration.seconds(59) }),
      [['idleTimeout', '59 seconds']],
    ],
    [
      'what AWS fixes for TLS',
      (stack) => FleetLoadBalancing.nlb({ certificate: certificate(stack), idleTimeout: Duration.minutes(5) }),
      [['idleTimeout', '5 minutes with a certificate']],
    ],
    [
      'logs of what is not TLS',
      (stack) => FleetLoadBalancing.nlb({ accessLogs: bucket(stack) }),
      [['accessLogs', 'a bucket']],
    ],
  ])('%s', (_, make, expected) => {
    expect(problemsOf(() => make(newStack())).map(({ what, got }) => [what, got])).toEqual(expected);
  });
});
