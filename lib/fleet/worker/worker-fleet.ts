import { Duration, Token } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { InstanceCatalog } from '../../catalog';
import { IInferenceImage } from '../../image';
import { injectedProps } from '../../image/private/injected-props';
import { DEFAULT_REQUEST_TIMEOUT } from '../../image/runtime/private/built-in-command';
import { Problem } from '../../validation';
import { InstanceFleet } from '../instance-fleet';
import { FleetDrain } from '../lifecycle';
import { TimeLimits } from '../lifecycle/private/time-limits';
import { describeFleet } from '../private/fleet-description';
import { JobScalingOptions } from './job-scaling-options';
import { configureWorker } from './private/configure-worker';
import { createJobStores } from './private/create-job-stores';
import { grantWorker } from './private/grant-worker';
import { workerProblems } from './private/job-problems';
import { WorkerFleetProps } from './worker-fleet-props';

/**
 * Graviton instances that take jobs from a queue: agent tools, sandboxes, reinforcement-learning rollouts, batches.
 *
 * Each job is done at least once, and each execution after the first is marked in its result (`attempts`, `resent`). An
 * instance that must go finishes its jobs within the drain, and hands back what it cannot finish, so that Spot
 * interruptions lose nothing. Instances that work are protected from scale-in. Nothing may reach them from the network.
 * Jobs have the role of the instances too, unless their isolation keeps them from it.
 *
 * A fleet with `minInstances: 0` starts an instance when a job comes; `scaleOnJobs()` gives it more.
 */
export class WorkerFleet extends InstanceFleet {
  /** By which a property injector names this class. */
  public static readonly PROPERTY_INJECTION_ID = 'cdk-graviton-fleet.WorkerFleet';

  public readonly autoScalingGroup: autoscaling.AutoScalingGroup;
  /** Where jobs are sent to: `queue.grantSendMessages(...)`. The message attribute `JobId` makes two messages one job. */
  public readonly queue: sqs.IQueue;
  /** Jobs that failed too often; undefined when the queue is one of yours. */
  public readonly deadLetterQueue?: sqs.IQueue;
  /** Where results come from: `resultQueue.grantConsumeMessages(...)`. */
  public readonly resultQueue: sqs.IQueue;
  /** Results that are too big for a message, below `results/`. Kept when the fleet is deleted. */
  public readonly resultBucket: s3.IBucket;
  /** One item for each job of the last 14 days. Kept when the fleet is deleted. */
  public readonly ledger: dynamodb.ITable;
  /** The connections of the instances, to allow them into databases and the like. */
  public readonly connections: ec2.Connections;
  private readonly slotsPerVcpu: number;

  /**
   * @throws FleetConfigError with every problem of the capacity, the image, the jobs and the lifecycle
   */
  constructor(scope: Construct, id: string, props: WorkerFleetProps) {
    const injected = injectedProps(WorkerFleet.PROPERTY_INJECTION_ID, scope, id, props);
    super(scope, id, injected);
    const { image, role, userData, capacity } = this;
    const { drain, timers } = this._settings;
    const { jobs } = injected;
    describeFleet(this, 'WorkerFleet', capacity, image);
    this.slotsPerVcpu = jobs.slotsPerVcpu ?? 1;
    const stores = createJobStores(this, jobs);
    this.queue = stores.queue;
    this.deadLetterQueue = stores.deadLetterQueue;
    this.resultQueue = stores.resultQueue;
    this.resultBucket = stores.resultBucket;
    this.ledger = stores.ledger;

    const { launchTemplate, group } = this._createInstances({
      ingress: 'no ingress, jobs come from a queue',
      healthChecks: autoscaling.HealthChecks.ec2({ gracePeriod: timers.gracePeriod }),
      // Waiting would fail the roll-out of a fleet that always works; the hook lets jobs finish or be handed back.
      protectedInstances: autoscaling.ScaleInProtectedInstances.REFRESH,
    });
    this.autoScalingGroup = group;
    this.connections = launchTemplate.connections;
    configureWorker(this, { userData, jobs, stores, runtime: image.runtime, drain, timers });
    grantWorker(this, role, group, stores);
    const jobsTaken = this.queue.metricNumberOfMessagesReceived({ statistic: cloudwatch.Stats.SUM });
    this._watchRollout({ demand: jobsTaken, longestRequest: longestRequest(drain, image) });
    if (capacity.minInstances === 0) {
      this.wakeOnQueue({ queue: this.queue });
    }
  }

  /**
   * Keeps the number of waiting jobs per instance at what an instance works off within the acceptable latency, as
   * {@link scaleOnQueueBacklog} does, with the slots of the smallest of the fleet's instance types.
   *
   * @throws FleetConfigError with every figure out of its range
   */
  public scaleOnJobs(options: JobScalingOptions): void {
    const { timePerJob: timePerMessage, ...rest } = options;
    const vcpus = this.capacity.instanceTypes.map((type) => InstanceCatalog.lookup(type)?.vcpus ?? 1);
    const slots = Token.isUnresolved(this.slotsPerVcpu) ? 1 : Math.floor(Math.min(...vcpus) * this.slotsPerVcpu);
    this.scaleOnQueueBacklog({ queue: this.queue, timePerMessage, slotsPerInstance: Math.max(1, slots), ...rest });
  }

  /**
   * Jobs that wait.
   *
   * @default - average over five minutes
   */
  public metricWaitingJobs(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.queue.metricApproximateNumberOfMessagesVisible(options);
  }

  /** @internal */
  protected override _problems(props: WorkerFleetProps): Problem[] {
    return workerProblems(props);
  }

  /**
   * A job that outlasts the drain is handed back, so that its server need not know.
   * @internal
   */
  protected override _timeLimits({ lifecycle: { drain = FleetDrain.typical() } = {} }: WorkerFleetProps): TimeLimits {
    return { drain };
  }
}

/** What the server lets requests take may be more than an instance that must go waits for. */
function longestRequest({ longestRequest: drained }: FleetDrain, { runtime }: IInferenceImage): Duration {
  const served = runtime._server && (runtime._server.requestTimeout ?? DEFAULT_REQUEST_TIMEOUT);
  return served !== undefined && served.toSeconds() > drained.toSeconds() ? served : drained;
}
