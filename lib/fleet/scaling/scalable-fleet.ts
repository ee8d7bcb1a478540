import { Annotations, Duration, Token } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { FleetConfigError, Problem } from '../../validation';
import { FleetCapacity } from '../fleet-capacity';
import { ColdStart } from '../lifecycle';
import { requireServerMetrics, ServerMetrics } from '../private/metrics/server-metrics';
import { durationProblems, numberProblems, positiveProblems } from '../private/range-problems';
import { PredictiveLoad } from './predictive-load';
import { PredictiveScalingMode, PredictiveScalingOptions } from './predictive-scaling-options';
import { groupMetric } from './private/group-metrics';
import { unitProblems, unitsOf } from './private/instance-units';
import { publishedTokens, tokensPerInstance } from './private/tokens-per-second';
import { TrackedMetric, trackingPolicy } from './private/track-metric';
import { emptyGroupAlarm, wakePolicy } from './private/wake';
import { ScheduleScalingOptions } from './schedule-scaling-options';
import {
  CpuScalingOptions,
  MetricScalingOptions,
  QueueBacklogScalingOptions,
  TokensPerSecondScalingOptions,
} from './target-tracking-options';
import { AlarmWakeOptions, QueueWakeOptions } from './wake-options';

const DEFAULT_UTILIZATION_PERCENT = 60;

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PredictiveScalingConfiguration.html */
const MOST_BUFFER_SECONDS = 3600;

/**
 * A fleet that scales. Several policies may be used together: the one that asks for the most instances wins, and
 * instances are only taken away when all of them agree.
 *
 * Each policy that keeps a target has two alarms, and each alarm costs 0.10 USD per metric that it reads and month
 * (us-east-1, list price 2026).
 */
export abstract class ScalableFleet extends Construct {
  /** The group of instances. */
  public abstract readonly autoScalingGroup: autoscaling.AutoScalingGroup;
  /** Which instances, how many, and how they are bought. */
  public abstract readonly capacity: FleetCapacity;
  /** How long an instance takes from its launch to its first answer. */
  public abstract readonly coldStart: ColdStart;
  private canWake = false;

  protected constructor(scope: Construct, id: string) {
    super(scope, id);
    this.node.addValidation({ validate: () => this.warnOfSleep() });
  }

  /**
   * Keeps the CPU utilization of the group. EC2 publishes it every five minutes without charge, so that this policy takes
   * ten minutes and more to answer a peak: scale on requests or tokens where seconds count.
   *
   * @throws FleetConfigError when the target is out of its range
   */
  public scaleOnCpu(options: CpuScalingOptions = {}): void {
    const { targetUtilizationPercent: target = DEFAULT_UTILIZATION_PERCENT, disableScaleIn = false } = options;
    this.throwIfAny('ScaleOnCpu', numberProblems('targetUtilizationPercent', target, { least: 1, most: 100 }));
    new autoscaling.CfnScalingPolicy(this, 'ScaleOnCpu', {
      autoScalingGroupName: this.autoScalingGroup.autoScalingGroupName,
      policyType: 'TargetTrackingScaling',
      targetTrackingConfiguration: {
        targetValue: target,
        disableScaleIn,
        predefinedMetricSpecification: { predefinedMetricType: 'ASGAverageCPUUtilization' },
      },
    });
  }

  /**
   * Keeps any figure of CloudWatch at a target, metric math included, at 10 seconds where its metrics are published at
   * high resolution. Without data nothing is scaled. FILL(metric, 0) makes an idle metric 0, but also the newest period
   * of one that is published late, so that no alarm that adds instances would sound.
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
   *
   * @param id unique among the fleet's policies
   * @throws FleetConfigError with everything that Auto Scaling would refuse: a search, names and periods that it does not
   * take, metrics of other accounts and regions, a target that is not above 0
   */
  public scaleOnMetric(id: string, options: MetricScalingOptions): void {
    this._track(id, options);
  }

  /**
   * Keeps the tokens per second that each instance makes.
   *
   * @throws FleetConfigError with everything that Auto Scaling would refuse, and when neither `tokens` are given nor the
   * runtime publishes any
   */
  public scaleOnTokensPerSecond(options: TokensPerSecondScalingOptions): void {
    const { tokens, perInstance, ...rest } = options;
    const { metric, problems } = tokens
      ? tokensPerInstance(tokens, this.autoScalingGroup)
      : publishedTokens(requireServerMetrics(this, 'scaleOnTokensPerSecond', 'give tokens'), options.period);
    this._track('ScaleOnTokensPerSecond', {
      metric,
      target: perInstance,
      targetName: 'perInstance',
      problems,
      ...rest,
    });
  }

  /**
   * Keeps the number of waiting messages per instance at what an instance works off within the acceptable latency:
   * acceptableLatency / timePerMessage * slotsPerInstance. SQS publishes the number every minute, and up to 15 minutes
   * late for a queue that nobody has used for six hours.
   * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-target-tracking-metric-math.html
   *
   * Messages that instances work on do not count. When the queue is empty, instances are taken away whether they work
   * or not; they must finish before they go.
   *
   * @throws FleetConfigError with every figure out of its range
   */
  public scaleOnQueueBacklog(options: QueueBacklogScalingOptions): void {
    const { queue, acceptableLatency, timePerMessage, slotsPerInstance = 1, disableScaleIn } = options;
    const shortest = Duration.millis(1);
    this.throwIfAny('ScaleOnQueueBacklog', [
      ...durationProblems('acceptableLatency', acceptableLatency, shortest, Duration.days(14)),
      ...durationProblems('timePerMessage', timePerMessage, shortest, Duration.days(14)),
      ...positiveProblems('slotsPerInstance', slotsPerInstance),
    ]);
    const metric = new cloudwatch.MathExpression({
      // A minute that SQS has not published yet has no value: arithmetic would read it as an empty queue.
      expression: 'IF(messages < 0, 0, messages / instances)',
      usingMetrics: {
        messages: queue.metricApproximateNumberOfMessagesVisible({ statistic: cloudwatch.Stats.SUM }),
        instances: groupMetric(this.autoScalingGroup, 'GroupInServiceInstances'),
      },
      label: 'waiting messages per instance',
    });
    const target = (acceptableLatency.toMilliseconds() / timePerMessage.toMilliseconds()) * slotsPerInstance;
    const period = Duration.minutes(1);
    this._track('ScaleOnQueueBacklog', { metric, target, period, disableScaleIn });
  }

  /**
   * Sets other bounds from a time on. The next deployment that changes the fleet's own bounds sets those again.
   *
   * @param id unique among the fleet's policies
   * @throws FleetConfigError when no bound is given, or one is out of range
   */
  public scaleOnSchedule(id: string, options: ScheduleScalingOptions): void {
    const { schedule, minInstances, maxInstances, timeZone } = options;
    const problems = [
      ...numberProblems('minInstances', minInstances, { least: 0, whole: true }),
      ...numberProblems('maxInstances', maxInstances, { least: 0, whole: true }),
      ...unitProblems('minInstances', minInstances, this.capacity),
      ...unitProblems('maxInstances', maxInstances, this.capacity),
    ];
    if (minInstances === undefined && maxInstances === undefined) {
      const fix = 'give one';
      problems.push({ what: 'minInstances', got: 'no bound', allowed: 'minInstances, maxInstances or both', fix });
    }
    if (isBelow(maxInstances, minInstances)) {
      const allowed = `at most maxInstances (${maxInstances})`;
      problems.push({ what: 'minInstances', got: `${minInstances}`, allowed, fix: 'lower it, or raise maxInstances' });
    }
    this.throwIfAny(id, problems);
    this.canWake ||= (minInstances ?? 0) > 0;
    new autoscaling.ScheduledAction(this, id, {
      autoScalingGroup: this.autoScalingGroup,
      schedule,
      timeZone,
      minCapacity: minInstances === undefined ? undefined : unitsOf(minInstances, this.capacity),
      maxCapacity: maxInstances === undefined ? undefined : unitsOf(maxInstances, this.capacity),
    });
  }

  /**
   * Forecasts the load of each hour from the last 14 days, and only that until the mode says otherwise. With
   * `FORECAST_AND_SCALE` instances start ahead of the load by the cold start, within the fleet's greatest number of
   * instances. Give another policy as well: this one takes no instance away, and sees no peak that it did not expect.
   *
   * @throws FleetConfigError when the load cannot be measured here, or the cold start is an hour or more
   */
  public scalePredictively(options: PredictiveScalingOptions = {}): void {
    const { load = PredictiveLoad.cpuUtilization(DEFAULT_UTILIZATION_PERCENT) } = options;
    const buffer = this.coldStart.total;
    const problems: Problem[] = [];
    if (buffer.toSeconds() >= MOST_BUFFER_SECONDS) {
      const fix = 'shorten the start: Auto Scaling cannot begin earlier';
      problems.push({ what: 'coldStart', got: buffer.toHumanString(), allowed: 'less than an hour', fix });
    }
    const resourceLabel = load._ofLoadBalancer ? this._requestsLabel : undefined;
    if (load._ofLoadBalancer && resourceLabel === undefined) {
      const fix = 'use PredictiveLoad.cpuUtilization()';
      problems.push({ what: 'load', got: 'requests', allowed: 'requests of an Application Load Balancer', fix });
    }
    this.throwIfAny('ScalePredictively', problems);
    new autoscaling.CfnScalingPolicy(this, 'ScalePredictively', {
      autoScalingGroupName: this.autoScalingGroup.autoScalingGroupName,
      policyType: 'PredictiveScaling',
      predictiveScalingConfiguration: {
        mode: options.mode ?? PredictiveScalingMode.FORECAST_ONLY,
        schedulingBufferTime: buffer.toSeconds(),
        maxCapacityBreachBehavior: 'HonorMaxCapacity',
        metricSpecifications: [
          {
            targetValue: load._target,
            predefinedMetricPairSpecification: { predefinedMetricType: load._metricPair, resourceLabel },
          },
        ],
      },
    });
  }

  /**
   * Starts instances when messages wait and the fleet has none, for fleets with `minInstances: 0`. The first message waits
   * a minute for its metric, for the cold start, and up to 15 minutes more when nobody has used the queue for six hours.
   *
   * @throws FleetConfigError when the number of instances is out of its range
   */
  public wakeOnQueue({ queue, instances }: QueueWakeOptions): void {
    const messages = queue.metricApproximateNumberOfMessagesVisible({ statistic: cloudwatch.Stats.MAXIMUM });
    this._wakeOnDemand('WakeOnQueue', messages, instances);
  }

  /**
   * Starts instances when an alarm sounds, for fleets with `minInstances: 0`.
   *
   * @param id unique among the fleet's policies
   * @throws FleetConfigError when the number of instances is out of its range
   */
  public wakeOnAlarm(id: string, { alarm, instances = 1 }: AlarmWakeOptions): void {
    const { maxInstances } = this.capacity;
    const most = Token.isUnresolved(maxInstances) ? undefined : maxInstances;
    this.throwIfAny(id, [
      ...numberProblems('instances', instances, { least: 1, most, whole: true }),
      ...unitProblems('instances', instances, this.capacity),
    ]);
    const units = unitsOf(instances, this.capacity);
    const policy = new autoscaling.CfnScalingPolicy(this, id, wakePolicy(this.autoScalingGroup, units));
    alarm.addAlarmAction({ bind: () => ({ alarmActionArn: policy.attrArn }) });
    this.canWake = true;
  }

  /**
   * What the instances publish of the built-in server; undefined where they publish nothing.
   * @internal
   */
  public get _serverMetrics(): ServerMetrics | undefined {
    return undefined;
  }

  /**
   * By which a policy names the requests of the fleet's load balancer; undefined where it cannot.
   * @internal
   */
  protected get _requestsLabel(): string | undefined {
    return undefined;
  }

  /** @internal */
  protected _track(id: string, options: Omit<TrackedMetric, 'group'>): void {
    const tracked = { group: this.autoScalingGroup, ...options };
    new autoscaling.CfnScalingPolicy(this, id, trackingPolicy(this, id, tracked));
  }

  /** @internal */
  protected _wakeOnDemand(id: string, demand: cloudwatch.IMetric, instances?: number): void {
    const alarm = new cloudwatch.Alarm(this, `${id}Alarm`, emptyGroupAlarm(this.autoScalingGroup, demand));
    this.wakeOnAlarm(id, { alarm, instances });
  }

  private warnOfSleep(): string[] {
    if (this.capacity.minInstances === 0 && !this.canWake) {
      Annotations.of(this).addWarningV2(
        'cdk-graviton-fleet:cannotWake',
        'A fleet with minInstances 0 can lose its last instance, and policies that keep a target cannot bring it back: ' +
          'call wakeOnQueue(), wakeOnRequests() or wakeOnAlarm(), or raise minInstances.',
      );
    }
    return [];
  }

  private throwIfAny(id: string, problems: Problem[]): void {
    if (problems.length > 0) {
      throw new FleetConfigError(`${this.node.path}/${id}`, problems);
    }
  }
}

function isBelow(high: number | undefined, low: number | undefined): boolean {
  return high !== undefined && low !== undefined && !Token.isUnresolved(high) && !Token.isUnresolved(low) && high < low;
}
