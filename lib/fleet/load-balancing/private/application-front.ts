import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { acknowledgeFindings } from '../../../validation';
import { wholeSeconds } from '../../private/range-problems';
import { CrossZone } from '../cross-zone';
import { ApplicationLoadBalancingOptions } from '../load-balancing-options';
import { FleetFront, FrontMetrics, FrontRequest, TargetQuota } from './fleet-front';
import { HEALTH_CHECK } from './health-check';
import { recommendedSslPolicy } from './tls';

/** An answer that is not streamed is silent until it is complete; the load balancer's default would cut it after a minute. */
const LEAST_IDLE_SECONDS = 300;
const MOST_IDLE_SECONDS = 4000;

const TARGET_QUOTA: TargetQuota = {
  targets: 1000,
  source:
    'Targets per Application Load Balancer, https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html',
};

/** An internal Application Load Balancer that nothing may reach until it is allowed. */
export function createApplicationFront(
  fleet: Construct,
  request: FrontRequest,
  options: ApplicationLoadBalancingOptions,
): FleetFront {
  const { vpc, vpcSubnets, longestRequest } = request;
  const idleSeconds = Math.min(Math.max(longestRequest.toSeconds(), LEAST_IDLE_SECONDS), MOST_IDLE_SECONDS);
  const loadBalancer = new elbv2.ApplicationLoadBalancer(fleet, 'LoadBalancer', {
    vpc,
    vpcSubnets,
    internetFacing: false,
    dropInvalidHeaderFields: true,
    http2Enabled: true,
    idleTimeout: wholeSeconds(options.idleTimeout ?? Duration.seconds(idleSeconds)),
    clientKeepAlive: wholeSeconds(options.clientKeepAlive ?? Duration.hours(1)),
  });
  logOrAcknowledge(loadBalancer, options);
  const targetGroup = createTargets(fleet, request, options);
  const { certificate } = options;
  const listener = loadBalancer.addListener('Listener', {
    protocol: certificate ? elbv2.ApplicationProtocol.HTTPS : elbv2.ApplicationProtocol.HTTP,
    certificates: certificate && [certificate],
    sslPolicy: certificate && (options.sslPolicy ?? recommendedSslPolicy(fleet)),
    open: false,
    defaultTargetGroups: [targetGroup],
  });
  return {
    loadBalancer,
    listener,
    targetGroup,
    connections: listener.connections,
    targetQuota: TARGET_QUOTA,
    metrics: applicationMetrics(loadBalancer, targetGroup),
    attach: (group) => group.attachToApplicationTargetGroup(targetGroup),
  };
}

function logOrAcknowledge(
  loadBalancer: elbv2.ApplicationLoadBalancer,
  { accessLogs }: ApplicationLoadBalancingOptions,
): void {
  if (accessLogs) {
    loadBalancer.logAccessLogs(accessLogs);
    return;
  }
  acknowledgeFindings(loadBalancer, {
    id: 'AwsSolutions-ELB2',
    reason: 'Access logs need a bucket of the owner: accessLogs of FleetLoadBalancing.alb() turns them on.',
  });
}

function createTargets(
  fleet: Construct,
  { vpc, runtime, deregistrationDelay }: FrontRequest,
  { crossZone = CrossZone.ON }: ApplicationLoadBalancingOptions,
): elbv2.ApplicationTargetGroup {
  return new elbv2.ApplicationTargetGroup(fleet, 'Targets', {
    vpc,
    targetType: elbv2.TargetType.INSTANCE,
    protocol: elbv2.ApplicationProtocol.HTTP,
    port: runtime.port,
    // Requests differ in length by orders of magnitude, so counting them out evenly would load instances unevenly.
    loadBalancingAlgorithmType: elbv2.TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS,
    crossZoneEnabled: crossZone === CrossZone.OFF ? false : undefined,
    deregistrationDelay,
    healthCheck: { path: runtime.healthPath, healthyHttpCodes: '200', ...HEALTH_CHECK },
  });
}

function applicationMetrics(
  loadBalancer: elbv2.ApplicationLoadBalancer,
  targetGroup: elbv2.ApplicationTargetGroup,
): FrontMetrics {
  const { metrics } = targetGroup;
  const ofLoadBalancer = loadBalancer.metrics;
  return {
    requests: (options) => ofLoadBalancer.requestCount(options),
    // Those of the targets and those of the load balancer itself (no target, time-out) are two metrics without overlap.
    // Neither has data while there are none, which arithmetic reads as 0 where the other has. With FILL the minute that
    // is not published yet would be 0 as well, and an alarm on several minutes would never sound.
    serverErrors: ({ label, period, ...options }) =>
      new cloudwatch.MathExpression({
        expression: 'targets + balancer',
        usingMetrics: {
          targets: metrics.httpCodeTarget(elbv2.HttpCodeTarget.TARGET_5XX_COUNT, options),
          balancer: ofLoadBalancer.httpCodeElb(elbv2.HttpCodeElb.ELB_5XX_COUNT, options),
        },
        label: label ?? 'failed requests',
        period,
      }),
    latency: (options) => metrics.targetResponseTime(options),
    refused: (options) => ofLoadBalancer.httpCodeElb(elbv2.HttpCodeElb.ELB_503_COUNT, options),
    healthyInstances: (options) => metrics.healthyHostCount(options),
    unhealthyInstances: (options) => metrics.unhealthyHostCount(options),
    resourceLabel: `${targetGroup.firstLoadBalancerFullName}/${targetGroup.targetGroupFullName}`,
  };
}
