import { Duration } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { InferenceRuntime } from '../../../image';

/** What a load balancer is made for. */
export interface FrontRequest {
  readonly vpc: ec2.IVpc;
  readonly vpcSubnets: ec2.SubnetSelection;
  readonly runtime: InferenceRuntime;
  readonly deregistrationDelay: Duration;
  readonly longestRequest: Duration;
}

export type FrontMaker = (fleet: Construct, request: FrontRequest) => FleetFront;

/** A load balancer with its listener and targets, whatever its kind. */
export interface FleetFront {
  readonly loadBalancer: elbv2.BaseLoadBalancer;
  readonly listener: elbv2.BaseListener;
  readonly targetGroup: elbv2.TargetGroupBase;
  /** The connections of clients; the default port is the listener's. */
  readonly connections: ec2.Connections;
  /** Targets that the load balancer takes before AWS must be asked for more. */
  readonly targetQuota: TargetQuota;
  readonly metrics: FrontMetrics;
  /** Sends the load balancer's traffic to a group, and lets it pass. */
  attach(group: autoscaling.AutoScalingGroup): void;
}

export interface TargetQuota {
  readonly targets: number;
  /** Name of the quota, and where AWS states it. */
  readonly source: string;
}

/** What a load balancer measures without charge. What it cannot measure is undefined. */
export interface FrontMetrics {
  /** Requests of a period, or new connections where requests are not seen. */
  requests(options: cloudwatch.MetricOptions): cloudwatch.Metric;
  /** Requests that failed on the instances or found none. */
  serverErrors(options: cloudwatch.MetricOptions): cloudwatch.MathExpression;
  /** Seconds until an instance begins its answer. */
  readonly latency?: (options: cloudwatch.MetricOptions) => cloudwatch.Metric;
  /** Requests that found no instance, which is how a fleet that is empty notices that it is wanted. */
  readonly refused?: (options: cloudwatch.MetricOptions) => cloudwatch.Metric;
  /** Connections that are open, where requests are not seen. */
  readonly openConnections?: (options: cloudwatch.MetricOptions) => cloudwatch.Metric;
  healthyInstances(options: cloudwatch.MetricOptions): cloudwatch.Metric;
  unhealthyInstances(options: cloudwatch.MetricOptions): cloudwatch.Metric;
  /** By which a policy of Auto Scaling names the targets' requests, where it can. */
  readonly resourceLabel?: string;
}
