import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { acknowledgeFindings } from '../../../validation';
import { wholeSeconds } from '../../private/range-problems';
import { CrossZone } from '../cross-zone';
import { NetworkLoadBalancingOptions } from '../load-balancing-options';
import { FleetFront, FrontMetrics, FrontRequest, TargetQuota } from './fleet-front';
import { HEALTH_CHECK } from './health-check';
import { recommendedSslPolicy } from './tls';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/network/update-idle-timeout.html: AWS's default, and its limit. */
const LEAST_IDLE_SECONDS = 350;
const MOST_IDLE_SECONDS = 6000;

const QUOTAS = 'https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html';

/** An internal Network Load Balancer that nothing may reach until it is allowed. */
export function createNetworkFront(
  fleet: Construct,
  request: FrontRequest,
  options: NetworkLoadBalancingOptions,
): FleetFront {
  const { vpc, vpcSubnets, runtime } = request;
  const crossZone = (options.crossZone ?? CrossZone.OFF) === CrossZone.ON;
  // A load balancer that is made without a security group can never get one, and lets everybody in.
  const securityGroup = new ec2.SecurityGroup(fleet, 'LoadBalancerSecurityGroup', {
    vpc,
    description: 'Network Load Balancer of an inference fleet',
    allowAllOutbound: false,
  });
  const loadBalancer = new elbv2.NetworkLoadBalancer(fleet, 'LoadBalancer', {
    vpc,
    vpcSubnets,
    internetFacing: false,
    crossZoneEnabled: crossZone,
    securityGroups: [securityGroup],
  });
  logOrAcknowledge(loadBalancer, options);
  const targetGroup = createTargets(fleet, request);
  const listener = createListener(loadBalancer, targetGroup, request, options);
  return {
    loadBalancer,
    listener,
    targetGroup,
    connections: new ec2.Connections({
      securityGroups: [securityGroup],
      defaultPort: ec2.Port.tcp(options.certificate ? 443 : 80),
    }),
    targetQuota: targetQuota(crossZone, vpc.selectSubnets(vpcSubnets).availabilityZones.length),
    metrics: networkMetrics(loadBalancer, targetGroup),
    attach: (group) => {
      group.attachToNetworkTargetGroup(targetGroup);
      group.connections.allowFrom(securityGroup, ec2.Port.tcp(runtime.port), 'Load balancer to target');
    },
  };
}

function logOrAcknowledge(loadBalancer: elbv2.NetworkLoadBalancer, { accessLogs }: NetworkLoadBalancingOptions): void {
  if (accessLogs) {
    loadBalancer.logAccessLogs(accessLogs);
    return;
  }
  acknowledgeFindings(loadBalancer, {
    id: 'AwsSolutions-ELB2',
    reason:
      'A Network Load Balancer logs TLS connections only, into a bucket of the owner: see FleetLoadBalancing.nlb().',
  });
}

function createTargets(
  fleet: Construct,
  { vpc, runtime, deregistrationDelay }: FrontRequest,
): elbv2.NetworkTargetGroup {
  return new elbv2.NetworkTargetGroup(fleet, 'Targets', {
    vpc,
    targetType: elbv2.TargetType.INSTANCE,
    protocol: elbv2.Protocol.TCP,
    port: runtime.port,
    deregistrationDelay,
    // A client whose instance has gone learns it at once, instead of waiting for a time-out.
    connectionTermination: true,
    healthCheck: { protocol: elbv2.Protocol.HTTP, path: runtime.healthPath, healthyHttpCodes: '200', ...HEALTH_CHECK },
  });
}

function createListener(
  loadBalancer: elbv2.NetworkLoadBalancer,
  targetGroup: elbv2.NetworkTargetGroup,
  { longestRequest }: FrontRequest,
  { certificate, sslPolicy, idleTimeout }: NetworkLoadBalancingOptions,
): elbv2.NetworkListener {
  if (certificate) {
    return loadBalancer.addListener('Listener', {
      port: 443,
      protocol: elbv2.Protocol.TLS,
      certificates: [certificate],
      sslPolicy: sslPolicy ?? recommendedSslPolicy(loadBalancer),
      defaultTargetGroups: [targetGroup],
    });
  }
  const idleSeconds = Math.min(Math.max(longestRequest.toSeconds(), LEAST_IDLE_SECONDS), MOST_IDLE_SECONDS);
  return loadBalancer.addListener('Listener', {
    port: 80,
    protocol: elbv2.Protocol.TCP,
    tcpIdleTimeout: wholeSeconds(idleTimeout ?? Duration.seconds(idleSeconds)),
    defaultTargetGroups: [targetGroup],
  });
}

/** 500 targets in each zone, but 500 in all with cross-zone balancing, and never more than a target group takes. */
function targetQuota(crossZone: boolean, zones: number): TargetQuota {
  if (crossZone) {
    return { targets: 500, source: `Targets per Network Load Balancer with cross-zone balancing, ${QUOTAS}` };
  }
  const targets = Math.min(zones * 500, 1000);
  return { targets, source: `Targets per Availability Zone and per target group, ${QUOTAS}` };
}

function networkMetrics(loadBalancer: elbv2.NetworkLoadBalancer, targetGroup: elbv2.NetworkTargetGroup): FrontMetrics {
  return {
    requests: (options) => loadBalancer.metrics.newFlowCount(options),
    serverErrors: ({ label, period, ...options }) =>
      new cloudwatch.MathExpression({
        expression: 'resets',
        usingMetrics: { resets: loadBalancer.metrics.tcpTargetResetCount(options) },
        label: label ?? 'connections that instances reset',
        period,
      }),
    openConnections: (options) => loadBalancer.metrics.activeFlowCount(options),
    healthyInstances: (options) => targetGroup.metrics.healthyHostCount(options),
    unhealthyInstances: (options) => targetGroup.metrics.unHealthyHostCount(options),
  };
}
