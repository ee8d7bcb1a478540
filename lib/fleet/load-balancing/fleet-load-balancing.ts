import { Duration } from 'aws-cdk-lib';
import { Problem, throwIfAny } from '../../validation';
import { durationProblems } from '../private/range-problems';
import { ApplicationLoadBalancingOptions, NetworkLoadBalancingOptions } from './load-balancing-options';
import { createApplicationFront } from './private/application-front';
import { FrontMaker } from './private/fleet-front';
import { createNetworkFront } from './private/network-front';

/** What stands between clients and the instances. Neither kind has a public address, and nothing may reach it until allowed. */
export class FleetLoadBalancing {
  /**
   * An Application Load Balancer: each request goes to the instance with the fewest unanswered ones, so that requests of
   * very different length load instances evenly. Clients speak HTTP/1.1 or HTTP/2, streamed answers included.
   *
   * 0.0225 USD per hour and 0.008 USD per capacity unit and hour (us-east-1, list price 2026).
   *
   * @throws FleetConfigError with every time out of its range
   */
  public static alb(options: ApplicationLoadBalancingOptions = {}): FleetLoadBalancing {
    const problems = [
      ...durationProblems('idleTimeout', options.idleTimeout, Duration.seconds(1), Duration.seconds(4000)),
      ...durationProblems('clientKeepAlive', options.clientKeepAlive, Duration.seconds(60), Duration.days(7)),
    ];
    throwIfAny('FleetLoadBalancing.alb', problems);
    return new FleetLoadBalancing((fleet, request) => createApplicationFront(fleet, request, options));
  }

  /**
   * A Network Load Balancer: connections, not requests, are spread over the instances, so that a client with one
   * connection always talks to one instance. For clients that open many connections, for static addresses and for
   * protocols other than HTTP. Instances see the client's own address.
   *
   * 0.0225 USD per hour and 0.006 USD per capacity unit and hour (us-east-1, list price 2026).
   *
   * @throws FleetConfigError with every time out of its range, and for options that need a certificate or exclude one
   */
  public static nlb(options: NetworkLoadBalancingOptions = {}): FleetLoadBalancing {
    throwIfAny('FleetLoadBalancing.nlb', [
      ...durationProblems('idleTimeout', options.idleTimeout, Duration.seconds(60), Duration.seconds(6000)),
      ...tlsProblems(options),
    ]);
    return new FleetLoadBalancing((fleet, request) => createNetworkFront(fleet, request, options));
  }

  private constructor(
    /** @internal */
    public readonly _createFront: FrontMaker,
  ) {}
}

function tlsProblems({ certificate, accessLogs, idleTimeout }: NetworkLoadBalancingOptions): Problem[] {
  const problems: Problem[] = [];
  if (accessLogs && !certificate) {
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html
    const fix = 'give a certificate, or use flow logs of the network';
    problems.push({ what: 'accessLogs', got: 'a bucket', allowed: 'a bucket together with a certificate', fix });
  }
  if (certificate && idleTimeout) {
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/network/update-idle-timeout.html
    const got = `${idleTimeout.toHumanString()} with a certificate`;
    problems.push({ what: 'idleTimeout', got, allowed: '350 seconds, which AWS fixes for TLS', fix: 'leave it out' });
  }
  return problems;
}
