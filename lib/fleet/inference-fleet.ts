import { Annotations, Duration, Token } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { IInferenceImage } from '../image';
import { KERNEL_VERIFICATION_METRIC } from '../image/private/kernel-verification';
import { FleetConfigError } from '../validation';
import { FleetCapacity } from './fleet-capacity';
import { FleetRollout } from './fleet-rollout';
import { InferenceFleetProps } from './inference-fleet-props';
import { ColdStart, FleetDrain, InstanceLifecycle } from './lifecycle';
import { createDrain } from './lifecycle/private/create-drain';
import { createWarmPool } from './lifecycle/private/create-warm-pool';
import { lifecycleProblems } from './lifecycle/private/lifecycle-problems';
import { lifecycleTimers } from './lifecycle/private/lifecycle-timers';
import { annotateLifecycle } from './lifecycle/private/lifecycle-warnings';
import { FleetLoadBalancing } from './load-balancing';
import { FleetFront } from './load-balancing/private/fleet-front';
import { checkFleet, checkUserData } from './private/check-fleet';
import { defaultRollout } from './private/default-rollout';
import { createInstanceGroup } from './private/instance-group';
import { createInstanceRole } from './private/instance-role';
import { createLaunchTemplate } from './private/launch-template';
import { addRefreshAlarm } from './private/refresh-alarms';
import { checkTagKeys } from './private/tag-keys';
import { RequestsInFlightScalingOptions, ScalableFleet, WakeOptions } from './scaling';
import { requestsInFlight } from './scaling/private/requests-in-flight';

/**
 * Graviton instances that serve inference behind an internal load balancer.
 *
 * The fleet is one Auto Scaling group with its launch template, role, security group and roll-out. A new AMI or launch
 * template replaces the instances by an instance refresh that CloudFormation waits for, and that it can roll back,
 * because the group always names an AMI id and a numeric version.
 *
 * Nothing may reach the load balancer until you allow it: `fleet.connections.allowDefaultPortFrom(...)`.
 */
export class InferenceFleet extends ScalableFleet implements ec2.IConnectable, iam.IGrantable {
  /** The AMI that the instances boot. */
  public readonly image: IInferenceImage;
  /** Which instances, how many, and how they are bought; with the types that the fleet's region has. */
  public readonly capacity: FleetCapacity;
  public readonly coldStart: ColdStart;
  public readonly autoScalingGroup: autoscaling.AutoScalingGroup;
  /** What clients talk to: an `ApplicationLoadBalancer` or a `NetworkLoadBalancer`. It has no public address. */
  public readonly loadBalancer: elbv2.BaseLoadBalancer;
  /** An `ApplicationListener` or a `NetworkListener`, with TLS when there is a certificate. */
  public readonly listener: elbv2.BaseListener;
  /** The instances, as the load balancer sees them. */
  public readonly targetGroup: elbv2.TargetGroupBase;
  /** The role of the instances. */
  public readonly role: iam.Role;
  public readonly grantPrincipal: iam.IPrincipal;
  /** The connections of the load balancer; the default port is the listener's. */
  public readonly connections: ec2.Connections;
  /**
   * What runs on the first boot of an instance, for settings that cannot be part of the AMI: add commands. At most 16 KB
   * before encoding, the limit of EC2. It can be read by anything on the instance: never put a secret here.
   */
  public readonly userData: ec2.UserData;
  private readonly front: FleetFront;

  /**
   * @throws FleetConfigError with every problem of the capacity (no types; unknown, misspelt or x86 types; types that
   * the region does not offer or on which the kernels would trap; bounds that contradict each other), of the image's
   * architecture, and of figures of the lifecycle that contradict each other
   */
  constructor(scope: Construct, id: string, props: InferenceFleetProps) {
    super(scope, id);
    const vpcSubnets = props.vpcSubnets ?? { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS };
    const { vpc, image, lifecycle = {}, loadBalancing = FleetLoadBalancing.alb() } = props;
    const capacity = checkFleet(this, props, vpcSubnets, (here) =>
      lifecycleProblems(lifecycle, { capacity: here, image }),
    );
    this.image = image;
    this.capacity = capacity;
    this.coldStart = lifecycle.coldStart ?? ColdStart.typical();
    const rollout = props.rollout ?? defaultRollout(this.coldStart);
    annotateLifecycle(this, lifecycle, { capacity, rollout });
    this.role = createInstanceRole(this, image.instancePolicyStatements);
    this.grantPrincipal = this.role;
    this.userData = ec2.UserData.forLinux();
    this.node.addValidation({ validate: () => checkUserData(this, this.userData) });

    const timers = lifecycleTimers(lifecycle);
    const drain = lifecycle.drain ?? FleetDrain.typical();
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

    const { role, userData } = this;
    const launchTemplate = createLaunchTemplate(this, {
      ...{ vpc, image, role, userData, capacity },
      ingress: 'ingress from their load balancer only',
    });
    const healthChecks = autoscaling.HealthChecks.withAdditionalChecks({
      additionalTypes: [autoscaling.AdditionalHealthCheckType.ELB],
      gracePeriod: timers.gracePeriod,
    });
    const groupParts = { vpc, vpcSubnets, capacity, rollout, launchTemplate, image, timers, healthChecks };
    this.autoScalingGroup = createInstanceGroup(this, groupParts);
    this.front.attach(this.autoScalingGroup);
    this.drainBy(lifecycle);
    if (lifecycle.warmPool) {
      const { autoScalingGroup: group } = this;
      const { warmPool } = lifecycle;
      createWarmPool(this, { group, launchTemplate, userData, runtime: image.runtime, warmPool, timers });
    }
    this.warnOfTargetQuota(rollout);
    this.node.addValidation({ validate: () => checkTagKeys(this) });
  }

  /**
   * Keeps the requests in flight per instance, which is what the slots of a runtime are counted in. AWS measures it for
   * no load balancer; it is derived without charge:
   *
   * - Application Load Balancer: requests per second times their average duration (Little's law), divided by the
   *   instances in service. The duration is what the load balancer measures, from sending a request until the answer's
   *   headers come; for streamed answers that is far too short: give `averageRequestTime`.
   * - Network Load Balancer: open connections divided by the instances in service, idle ones included. It is the requests
   *   only when clients close their connections after each, or keep them busy.
   *
   * A runtime that publishes its own figure is better: `scaleOnMetric()`.
   *
   * @throws FleetConfigError when a figure is out of its range
   */
  public scaleOnRequestsInFlight(options: RequestsInFlightScalingOptions): void {
    const { perInstance, disableScaleIn } = options;
    const { metric, problems } = requestsInFlight(
      this.front.metrics,
      this.autoScalingGroup,
      options.averageRequestTime,
    );
    const target = { target: perInstance, targetName: 'perInstance' };
    this._track('ScaleOnRequestsInFlight', { metric, ...target, problems, disableScaleIn });
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
   * Fails a roll-out when an alarm sounds, and brings the earlier AMI back. For alarms on the fleet's own metrics, which
   * do not exist yet when `FleetRollout` is made; all together at most 10. An alarm on a metric of the group itself (its
   * name as a dimension) would be a circle of references, which CloudFormation refuses.
   *
   * @throws FleetConfigError when there are more than 10 alarms
   */
  public addRolloutAlarm(alarm: cloudwatch.IAlarm): void {
    addRefreshAlarm(this, this.autoScalingGroup, alarm);
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
   * Share of failed requests in percent, 0 when there were none. Requests that found no instance are not among the
   * requests that AWS counts; when nothing else comes, the share is 100. The default period is five minutes.
   */
  public metricServerErrorRate(options: cloudwatch.MetricOptions = {}): cloudwatch.MathExpression {
    const { period = Duration.minutes(5), label = 'failed requests in percent' } = options;
    const requests = 'FILL(requests, 0)';
    const errors = 'FILL(errors, 0)';
    return new cloudwatch.MathExpression({
      expression: `100 * ${errors} / IF(${requests} > ${errors}, ${requests}, IF(${errors} > 0, ${errors}, 1))`,
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
   * Instances on which a kernel bundle differed from the image's at boot (sum). Such an instance starts no runtime, so its
   * health check fails, the group replaces it, and a canary roll-out stops. It publishes the metric once, and an intact
   * instance never does: no data is the good case, and costs nothing. Only images of this library verify.
   *
   * @default - sum over 5 minutes
   */
  public metricKernelVerificationFailures(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return new cloudwatch.Metric({
      ...KERNEL_VERIFICATION_METRIC,
      dimensionsMap: { AutoScalingGroupName: this.autoScalingGroup.autoScalingGroupName },
      statistic: cloudwatch.Stats.SUM,
      period: Duration.minutes(5),
      ...options,
    });
  }

  /** Requests in flight per instance, as {@link scaleOnRequestsInFlight} derives them. The default period is one minute. */
  public metricRequestsInFlight(averageRequestTime?: Duration): cloudwatch.MathExpression {
    const { metric, problems } = requestsInFlight(this.front.metrics, this.autoScalingGroup, averageRequestTime);
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
  protected override get _requestsLabel(): string | undefined {
    return this.front.metrics.resourceLabel;
  }

  private drainBy(lifecycle: InstanceLifecycle): void {
    createDrain(this, {
      group: this.autoScalingGroup,
      role: this.role,
      userData: this.userData,
      drain: lifecycle.drain ?? FleetDrain.typical(),
      timers: lifecycleTimers(lifecycle),
      targetGroupArns: [this.targetGroup.targetGroupArn],
    });
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
