import { Annotations, Duration, Token } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { injectedProps } from '../image/private/injected-props';
import { SERVER_LOAD_GAUGES } from '../image/private/instance-metrics';
import { FleetConfigError, Problem } from '../validation';
import { FleetCapacity } from './fleet-capacity';
import { InferenceFleetProps } from './inference-fleet-props';
import { InstanceFleet } from './instance-fleet';
import { createDrain } from './lifecycle/private/create-drain';
import { createWarmPool } from './lifecycle/private/create-warm-pool';
import { lifecycleProblems } from './lifecycle/private/lifecycle-problems';
import { annotateLifecycle } from './lifecycle/private/lifecycle-warnings';
import { servedLimits } from './lifecycle/private/served-limits';
import { TimeLimits } from './lifecycle/private/time-limits';
import { FleetLoadBalancing } from './load-balancing';
import { FleetFront } from './load-balancing/private/fleet-front';
import { describeFleet } from './private/fleet-description';
import { FleetRollout } from './rollout';
import { watchProblems } from './rollout/private/create-rollout-alarms';
import { RequestsInFlightScalingOptions, WakeOptions } from './scaling';
import { wantedInFlight } from './scaling/private/default-slots';
import { publishedInFlight, RequestsInFlight, requestsInFlight } from './scaling/private/requests-in-flight';

/**
 * Graviton instances that serve inference behind an internal load balancer.
 *
 * The fleet is one Auto Scaling group with its launch template, role, security group and roll-out. A new AMI or launch
 * template replaces the instances by an instance refresh that CloudFormation waits for, and that it can roll back,
 * because the group always names an AMI id and a numeric version.
 *
 * Nothing may reach the load balancer until you allow it: `fleet.connections.allowDefaultPortFrom(...)`.
 */
export class InferenceFleet extends InstanceFleet {
  /** By which a property injector names this class. */
  public static readonly PROPERTY_INJECTION_ID = 'cdk-graviton-fleet.InferenceFleet';

  public readonly autoScalingGroup: autoscaling.AutoScalingGroup;
  /** What clients talk to: an `ApplicationLoadBalancer` or a `NetworkLoadBalancer`. It has no public address. */
  public readonly loadBalancer: elbv2.BaseLoadBalancer;
  /** An `ApplicationListener` or a `NetworkListener`, with TLS when there is a certificate. */
  public readonly listener: elbv2.BaseListener;
  /** The instances, as the load balancer sees them. */
  public readonly targetGroup: elbv2.TargetGroupBase;
  /** The connections of the load balancer; the default port is the listener's. */
  public readonly connections: ec2.Connections;
  private readonly front: FleetFront;

  /**
   * @throws FleetConfigError with every problem of the capacity (no types; unknown, misspelt or x86 types; types that
   * the region does not offer or on which the kernels would trap; bounds that contradict each other), of the image's
   * architecture, and of figures of the lifecycle that contradict each other
   */
  constructor(scope: Construct, id: string, props: InferenceFleetProps) {
    const injected = injectedProps(InferenceFleet.PROPERTY_INJECTION_ID, scope, id, props);
    super(scope, id, injected);
    const { image, userData } = this;
    const { vpc, vpcSubnets, lifecycle, drain, timers } = this._settings;
    const { loadBalancing = FleetLoadBalancing.alb() } = injected;
    annotateLifecycle(this, { ...lifecycle, drain }, this.capacity);
    describeFleet(this, 'InferenceFleet', this.capacity, image);
    this.front = loadBalancing._createFront(this, {
      vpc,
      vpcSubnets,
      runtime: image.runtime,
      deregistrationDelay: timers.deregistrationDelay,
      longestRequest: drain.longestRequest,
    });
    this.loadBalancer = this.front.loadBalancer;
    this.listener = this.front.listener;
    this.targetGroup = this.front.targetGroup;
    this.connections = this.front.connections;

    const { launchTemplate, group } = this._createInstances({
      ingress: 'ingress from their load balancer only',
      healthChecks: autoscaling.HealthChecks.withAdditionalChecks({
        additionalTypes: [autoscaling.AdditionalHealthCheckType.ELB],
        gracePeriod: timers.gracePeriod,
      }),
    });
    this.autoScalingGroup = group;
    this.front.attach(group);
    const targetGroupArns = [this.targetGroup.targetGroupArn];
    const inFlightMetrics = image.runtime._publishesMetrics ? SERVER_LOAD_GAUGES : undefined;
    createDrain(this, { group, role: this.role, userData, drain, timers, targetGroupArns, inFlightMetrics });
    if (lifecycle.warmPool) {
      const { warmPool } = lifecycle;
      createWarmPool(this, { group, launchTemplate, userData, runtime: image.runtime, warmPool, timers });
    }
    const { metrics: traffic } = this.front;
    const demand = traffic.requests({ statistic: cloudwatch.Stats.SUM });
    this._watchRollout({ traffic, demand, longestRequest: drain.longestRequest });
    this.warnOfTargetQuota(this._settings.rollout);
  }

  /**
   * Keeps the requests in flight per instance, which is what the slots of a runtime are counted in.
   *
   * The built-in server publishes it, its queue included: the average of the instances, once a minute. For other runtimes
   * it is derived from what the load balancer measures without charge:
   *
   * - Application Load Balancer: requests per second times their average duration (Little's law), divided by the
   *   instances in service. The duration is what the load balancer measures, from sending a request until the answer's
   *   headers come; for streamed answers that is far too short: give `averageRequestTime`.
   * - Network Load Balancer: open connections divided by the instances in service, idle ones included. It is the requests
   *   only when clients close their connections after each, or keep them busy.
   *
   * A runtime of your own that publishes its figure is better served by `scaleOnMetric()`.
   *
   * @throws FleetConfigError when a figure is out of its range, neither `perInstance` nor the runtime's slots are given, or
   * `averageRequestTime` is given for the built-in server
   */
  public scaleOnRequestsInFlight(options: RequestsInFlightScalingOptions = {}): void {
    const { disableScaleIn } = options;
    const wanted = wantedInFlight(options.perInstance, this.image.runtime, this.capacity.instanceTypes);
    const { metric, problems } = this.requestsInFlight(options.averageRequestTime);
    this._track('ScaleOnRequestsInFlight', {
      metric,
      target: wanted.perInstance,
      targetName: 'perInstance',
      problems: [...problems, ...wanted.problems],
      disableScaleIn,
    });
  }

  /**
   * Starts instances when a request comes and the fleet has none, for fleets with `minInstances: 0` behind an Application
   * Load Balancer. That request, and each until the cold start is over, is answered by 503: clients must try again.
   *
   * @throws FleetConfigError behind a Network Load Balancer, which does not count what it refuses
   */
  public wakeOnRequests(options: WakeOptions = {}): void {
    const { refused } = this.front.metrics;
    if (!refused) {
      throw this.notMeasured('wakeOnRequests', 'requests that found no instance', 'use wakeOnAlarm()');
    }
    this._wakeOnDemand('WakeOnRequests', refused({ statistic: cloudwatch.Stats.SUM }), options.instances);
  }

  /**
   * Requests; behind a Network Load Balancer new connections.
   *
   * @default - sum over five minutes
   */
  public metricRequests(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.front.metrics.requests(options);
  }

  /**
   * Requests that failed with 5xx on an instance or because there was none; behind a Network Load Balancer connections
   * that instances reset.
   *
   * @default - sum over five minutes
   */
  public metricServerErrors(options: cloudwatch.MetricOptions = {}): cloudwatch.MathExpression {
    return this.front.metrics.serverErrors(options);
  }

  /**
   * Share of failed requests in percent; without a value when there were no requests. Requests that found no instance are
   * not among the requests that AWS counts; when nothing else comes, the share is 100. The default period is five minutes.
   */
  public metricServerErrorRate(options: cloudwatch.MetricOptions = {}): cloudwatch.MathExpression {
    const { period = Duration.minutes(5), label = 'failed requests in percent' } = options;
    return new cloudwatch.MathExpression({
      // What is missing beside the other counts as 0. Where both are missing, there were none or they are not published
      // yet: as 0 the newest period would keep an alarm on several from sounding.
      expression: 'IF(requests > errors, 100 * errors / requests, IF(errors > 0, 100, 0))',
      usingMetrics: { errors: this.metricServerErrors({ period }), requests: this.metricRequests({ period }) },
      label,
      period,
    });
  }

  /**
   * Seconds until an instance begins its answer.
   *
   * @default - average over five minutes
   * @throws FleetConfigError behind a Network Load Balancer, which does not see requests
   */
  public metricLatency(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    const { latency } = this.front.metrics;
    if (!latency) {
      throw this.notMeasured('metricLatency', 'the time to an answer', 'measure it in the application');
    }
    return latency(options);
  }

  /**
   * Requests in flight per instance, as {@link scaleOnRequestsInFlight} knows them. The default period is one minute.
   *
   * @param averageRequestTime as for {@link scaleOnRequestsInFlight}
   * @throws FleetConfigError when the time is out of its range, or given for the built-in server
   */
  public metricRequestsInFlight(averageRequestTime?: Duration): cloudwatch.MathExpression {
    const { metric, problems } = this.requestsInFlight(averageRequestTime);
    if (problems.length > 0) {
      throw new FleetConfigError(`${this.node.path}/metricRequestsInFlight`, problems);
    }
    return metric;
  }

  /**
   * Instances that the load balancer finds healthy.
   *
   * @default - average over five minutes
   */
  public metricHealthyInstances(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.front.metrics.healthyInstances(options);
  }

  /**
   * Instances that fail their health check.
   *
   * @default - average over five minutes
   */
  public metricUnhealthyInstances(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.front.metrics.unhealthyInstances(options);
  }

  /**
   * Whether the load balancer sees requests, and not only connections.
   * @internal
   */
  public get _measuresLatency(): boolean {
    return this.front.metrics.latency !== undefined;
  }

  /** @internal */
  protected override _problems(
    { image, lifecycle = {}, rollout }: InferenceFleetProps,
    capacity: FleetCapacity,
  ): Problem[] {
    return [
      ...lifecycleProblems(lifecycle, { capacity, image }),
      ...watchProblems(rollout, { byLoadBalancer: true, byBuiltInServer: image.runtime._publishesMetrics }),
    ];
  }

  /** @internal */
  protected override _timeLimits({ image, lifecycle = {} }: InferenceFleetProps, capacity: FleetCapacity): TimeLimits {
    return servedLimits(lifecycle, { capacity, image });
  }

  /** @internal */
  protected override get _requestsLabel(): string | undefined {
    return this.front.metrics.resourceLabel;
  }

  private requestsInFlight(averageRequestTime?: Duration): RequestsInFlight {
    return this._serverMetrics
      ? publishedInFlight(this._serverMetrics, averageRequestTime)
      : requestsInFlight(this.front.metrics, this.autoScalingGroup, averageRequestTime);
  }

  private warnOfTargetQuota({ _refresh: refresh }: FleetRollout): void {
    const { maxInstances } = this.capacity;
    const { targets, source } = this.front.targetQuota;
    const most = Math.ceil((maxInstances * (refresh.maxHealthyPercentage ?? 100)) / 100);
    if (!Token.isUnresolved(maxInstances) && most > targets) {
      Annotations.of(this).addWarningV2(
        'cdk-graviton-fleet:targetQuota',
        `${maxInstances} instances, ${most} during a roll-out, are more than the ${targets} targets that AWS allows by ` +
          `default (${source}): ask for more, or use FleetCells.`,
      );
    }
  }

  private notMeasured(what: string, got: string, fix: string): FleetConfigError {
    const allowed = 'FleetLoadBalancing.alb(): a Network Load Balancer does not measure it';
    return new FleetConfigError(this.node.path, [{ what, got, allowed, fix }]);
  }
}
