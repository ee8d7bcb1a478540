import { Duration } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { InferenceRuntime } from '../../image';
import { acknowledgeFindings } from '../../validation';

/** Answers of a language model stream for minutes; the load balancer's default would cut a silent minute. */
const IDLE_TIMEOUT = Duration.minutes(5);

/** Time for requests in flight when an instance leaves: the notice of a Spot interruption. */
const DEREGISTRATION_DELAY = Duration.seconds(120);

export interface LoadBalancerOptions {
  readonly vpc: ec2.IVpc;
  readonly vpcSubnets: ec2.SubnetSelection;
  readonly certificate?: acm.ICertificate;
  readonly runtime: InferenceRuntime;
}

export interface LoadBalancerParts {
  readonly loadBalancer: elbv2.ApplicationLoadBalancer;
  readonly listener: elbv2.ApplicationListener;
  readonly targetGroup: elbv2.ApplicationTargetGroup;
}

/** An internal load balancer that nothing may reach until it is allowed. */
export function createLoadBalancer(fleet: Construct, options: LoadBalancerOptions): LoadBalancerParts {
  const { vpc, vpcSubnets, certificate, runtime } = options;
  const loadBalancer = new elbv2.ApplicationLoadBalancer(fleet, 'LoadBalancer', {
    vpc,
    vpcSubnets,
    internetFacing: false,
    dropInvalidHeaderFields: true,
    idleTimeout: IDLE_TIMEOUT,
  });
  acknowledgeFindings(loadBalancer, {
    id: 'AwsSolutions-ELB2',
    reason: 'Access logs need a bucket of the owner: fleet.loadBalancer.logAccessLogs(bucket) turns them on.',
  });
  const targetGroup = new elbv2.ApplicationTargetGroup(fleet, 'Targets', {
    vpc,
    targetType: elbv2.TargetType.INSTANCE,
    protocol: elbv2.ApplicationProtocol.HTTP,
    port: runtime.port,
    // Requests differ in length by orders of magnitude, so counting them out evenly would load instances unevenly.
    loadBalancingAlgorithmType: elbv2.TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS,
    deregistrationDelay: DEREGISTRATION_DELAY,
    healthCheck: { path: runtime.healthPath, healthyHttpCodes: '200', interval: Duration.seconds(15) },
  });
  const listener = loadBalancer.addListener('Listener', {
    protocol: certificate ? elbv2.ApplicationProtocol.HTTPS : elbv2.ApplicationProtocol.HTTP,
    certificates: certificate && [certificate],
    sslPolicy: certificate && elbv2.SslPolicy.RECOMMENDED_TLS,
    open: false,
    defaultTargetGroups: [targetGroup],
  });
  return { loadBalancer, listener, targetGroup };
}
