import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { SERVER_METRICS } from '../../../image/private/instance-metrics';
import { FleetConfigError } from '../../../validation';
import { fleetMetric } from './fleet-metrics';

const MINUTE = Duration.minutes(1);

/**
 * What the instances of a fleet publish of the built-in server, each one point a minute of every metric, idle or not; only
 * times have none while nothing ends, and requests none while no process of the instance has its model. All of an
 * instance's points of a minute arrive together: a ratio of two of these metrics is right even while some instances have
 * not published the newest minute.
 */
export class ServerMetrics {
  public constructor(private readonly fleet: Construct) {}

  public promptTokens(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return fleetMetric(this.fleet, SERVER_METRICS.promptTokens, options);
  }

  public generatedTokens(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return fleetMetric(this.fleet, SERVER_METRICS.generatedTokens, options);
  }

  public timeToFirstToken(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return fleetMetric(this.fleet, SERVER_METRICS.timeToFirstToken, { statistic: 'p50', ...options });
  }

  public timePerOutputToken(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return fleetMetric(this.fleet, SERVER_METRICS.timePerOutputToken, { statistic: 'p50', ...options });
  }

  public requestsWorkedOn(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return fleetMetric(this.fleet, SERVER_METRICS.requestsInFlight, {
      statistic: cloudwatch.Stats.AVERAGE,
      ...options,
    });
  }

  public requestsQueued(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return fleetMetric(this.fleet, SERVER_METRICS.requestsQueued, { statistic: cloudwatch.Stats.AVERAGE, ...options });
  }

  /**
   * Requests that an instance works on or has waiting: the average of the instances, so that one which has not published
   * the newest minute, still loads its model, or no longer publishes, does not count as idle. Both come in one call, so
   * that neither is missing alone. Idle instances publish 0, or the last instances would never be taken away; where none
   * publishes there is no value, and nothing is scaled.
   */
  public requestsInFlight(): cloudwatch.MathExpression {
    return new cloudwatch.MathExpression({
      expression: 'working + queued',
      usingMetrics: { working: this.requestsWorkedOn(), queued: this.requestsQueued() },
      label: 'requests in flight per instance',
      period: MINUTE,
    });
  }

  /**
   * Tokens per second of an instance. A point of the requests in flight stands for a minute of an instance, and comes in
   * the same call as its tokens: the newest minute is right before all have published it, and so is any period.
   */
  public tokensPerSecond(): cloudwatch.MathExpression {
    return new cloudwatch.MathExpression({
      expression: 'tokens / minutes / 60',
      usingMetrics: {
        tokens: this.generatedTokens(),
        minutes: this.requestsWorkedOn({ statistic: cloudwatch.Stats.SAMPLE_COUNT }),
      },
      label: 'tokens per second and instance',
      period: MINUTE,
    });
  }
}

/**
 * What a fleet's instances publish.
 *
 * @param what the method that needs it
 * @throws FleetConfigError when they publish nothing
 */
export function requireServerMetrics(fleet: PublishingFleet, what: string, fix: string): ServerMetrics {
  const { _serverMetrics: metrics } = fleet;
  if (metrics === undefined) {
    const got = 'a runtime that publishes no metrics';
    throw new FleetConfigError(`${fleet.node.path}/${what}`, [
      { what, got, allowed: 'an image with InferenceRuntime.builtIn()', fix },
    ]);
  }
  return metrics;
}

interface PublishingFleet extends Construct {
  readonly _serverMetrics: ServerMetrics | undefined;
}
