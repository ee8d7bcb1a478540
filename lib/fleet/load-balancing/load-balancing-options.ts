import { Duration } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CrossZone } from './cross-zone';

/** What both kinds of load balancer have. */
export interface LoadBalancingOptions {
  /**
   * Certificate for TLS between clients and the load balancer.
   *
   * @default - no TLS: plain traffic on port 80, which stays inside the network
   */
  readonly certificate?: acm.ICertificate;
  /**
   * Versions and ciphers of TLS.
   *
   * @default - what AWS recommends: TLS 1.3 and 1.2 with forward secrecy and post-quantum key exchange
   * (ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09), in the China regions the same without post-quantum key exchange
   */
  readonly sslPolicy?: elbv2.SslPolicy;
  /**
   * Bucket for access logs. S3 bills requests and storage.
   *
   * @default - none
   */
  readonly accessLogs?: s3.IBucket;
}

/** An Application Load Balancer. */
export interface ApplicationLoadBalancingOptions extends LoadBalancingOptions {
  /**
   * Time in which neither side sends a byte, from 1 to 4000 seconds. A streamed answer sends bytes with every token; one
   * that is not streamed is silent until it is complete.
   *
   * @default - the longest request of the fleet's lifecycle, at least Duration.minutes(5)
   */
  readonly idleTimeout?: Duration;
  /**
   * Greatest age of a client's connection, from 60 seconds to 7 days. A connection that lives long stays with the load
   * balancer's addresses of its first day.
   *
   * @default Duration.hours(1)
   */
  readonly clientKeepAlive?: Duration;
  /**
   * Whether requests change their Availability Zone.
   *
   * @default CrossZone.ON, which is free here
   */
  readonly crossZone?: CrossZone;
}

/** A Network Load Balancer. */
export interface NetworkLoadBalancingOptions extends LoadBalancingOptions {
  /**
   * Time in which neither side sends a byte, from 60 to 6000 seconds. With TLS AWS fixes it at 350 seconds.
   *
   * @default - the longest request of the fleet's lifecycle, at least 350 seconds
   */
  readonly idleTimeout?: Duration;
  /**
   * Whether connections change their Availability Zone.
   *
   * @default CrossZone.OFF, because each gigabyte that changes its zone is billed
   */
  readonly crossZone?: CrossZone;
}
