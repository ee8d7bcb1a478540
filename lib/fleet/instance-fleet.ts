import { Tags, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { IInferenceImage } from '../image';
import { CRASH_METRIC, FLEET_TAG, ILLEGAL_INSTRUCTION_METRIC } from '../image/private/instance-metrics';
import { KERNEL_VERIFICATION_METRIC } from '../image/private/kernels/kernel-verification';
import { PRIVATE_SUBNETS } from '../image/private/private-subnets';
import { Problem } from '../validation';
import { FleetCapacity } from './fleet-capacity';
import { InstanceFleetProps } from './instance-fleet-props';
import { ColdStart } from './lifecycle';
import { addTerminationHook } from './lifecycle/private/create-drain';
import { TimeLimits, timeLimitCommands } from './lifecycle/private/time-limits';
import { checkFleet, checkUserData } from './private/check-fleet';
import { FleetSettings, fleetSettings } from './private/fleet-settings';
import { createInstanceGroup } from './private/instances/instance-group';
import { createInstanceRole } from './private/instances/instance-role';
import { FleetInstances, InstanceTraits } from './private/instances/instance-traits';
import { createLaunchTemplate } from './private/instances/launch-template';
import { fleetMetric, fleetName } from './private/metrics/fleet-metrics';
import { requireServerMetrics, ServerMetrics } from './private/metrics/server-metrics';
import { checkTagKeys } from './private/tag-keys';
import { createRolloutAlarms } from './rollout/private/create-rollout-alarms';
import { addRefreshAlarm } from './rollout/private/refresh-alarms';
import { instancesAtOnce } from './rollout/private/rollout-duration';
import { annotateRollout } from './rollout/private/rollout-warnings';
import { WatchedFleet } from './rollout/private/watched-fleet';
import { ScalableFleet } from './scaling';

/**
 * Instances of one AMI in one Auto Scaling group, however they get their work. A new AMI or launch template replaces them
 * by an instance refresh that CloudFormation waits for, and that it can roll back, because the group always names an AMI
 * id and a numeric version.
 */
export abstract class InstanceFleet extends ScalableFleet implements ec2.IConnectable, iam.IGrantable {
  /** The AMI that the instances boot. */
  public readonly image: IInferenceImage;
  /** Which instances, how many, and how they are bought; with the types that the fleet's region has. */
  public readonly capacity: FleetCapacity;
  public readonly coldStart: ColdStart;
  /** The role of the instances. */
  public readonly role: iam.Role;
  public readonly grantPrincipal: iam.IPrincipal;
  public abstract readonly connections: ec2.Connections;
  /**
   * What runs on the first boot of an instance, for settings that cannot be part of the AMI: add commands. At most 16 KB
   * before encoding, the limit of EC2. It can be read by anything on the instance: never put a secret here.
   */
  public readonly userData: ec2.UserData;
  /** @internal */
  protected readonly _settings: FleetSettings;
  private readonly alarmsOfRollout: cloudwatch.Alarm[] = [];

  protected constructor(scope: Construct, id: string, props: InstanceFleetProps) {
    super(scope, id);
    const { image, vpcSubnets = PRIVATE_SUBNETS } = props;
    this.capacity = checkFleet(this, props, vpcSubnets, (here) => this._problems(props, here));
    this._settings = fleetSettings(props, vpcSubnets, this._timeLimits(props, this.capacity));
    this.image = image;
    this.coldStart = this._settings.coldStart;
    annotateRollout(this, { ...this._settings, capacity: this.capacity });
    this.role = createInstanceRole(this, image.instancePolicyStatements);
    this.grantPrincipal = this.role;
    this.userData = ec2.UserData.forLinux();
    this.userData.addCommands(...timeLimitCommands(this._settings, image.runtime));
    this.node.addValidation({ validate: () => checkUserData(this, this.userData) });
    this.node.addValidation({ validate: () => checkTagKeys(this) });
  }

  /** The ready-made alarms that fail a roll-out of this fleet, for example to notify somebody. */
  public get rolloutAlarms(): cloudwatch.Alarm[] {
    return [...this.alarmsOfRollout];
  }

  /**
   * Fails a roll-out when an alarm sounds, and brings the earlier AMI back. For alarms on the fleet's own metrics, which
   * do not exist yet when `FleetRollout` is made; all together at most 10, those of `watch` included. An alarm on a metric
   * of the group itself (its name as a dimension) would be a circle of references, which CloudFormation refuses.
   *
   * @throws FleetConfigError when there are more than 10 alarms
   */
  public addRolloutAlarm(alarm: cloudwatch.IAlarm): void {
    addRefreshAlarm(this, this.autoScalingGroup, alarm, this._settings.figures.bakeTime);
  }

  /**
   * Processes of the runtime, and programs of jobs, that ended because they met an instruction which their processor does
   * not have (SIGILL). Each is published once, and nothing else: no data is the good case, and costs nothing. Only images
   * of this library count them; jobs in `JobIsolation.SYSTEMD` are not counted.
   *
   * @default - sum over 5 minutes
   */
  public metricIllegalInstructions(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return fleetMetric(this, ILLEGAL_INSTRUCTION_METRIC, options);
  }

  /**
   * Processes of the runtime that ended by a signal, an exit status other than 0 or a time-out of systemd, those by SIGILL
   * included. An end by SIGTERM or SIGINT is none. Each is published once; no data is the good case. Only images of this
   * library count them.
   *
   * @default - sum over 5 minutes
   */
  public metricRuntimeCrashes(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return fleetMetric(this, CRASH_METRIC, options);
  }

  /**
   * Instances on which a kernel bundle differed from the image's at boot. Such an instance starts no runtime, so its
   * health check fails, the group replaces it, and a canary roll-out stops. It publishes the metric once, and an intact
   * instance never does: no data is the good case, and costs nothing. Only images of this library verify.
   *
   * @default - sum over 5 minutes
   */
  public metricKernelVerificationFailures(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return fleetMetric(this, KERNEL_VERIFICATION_METRIC.metricName, options);
  }

  /**
   * Tokens of the prompts that the built-in server took in. The instances publish them once a minute, an idle one 0.
   *
   * Cost, of this and the other metrics of the built-in server: six metrics at 0.30 USD a month each, 1.80 USD for a
   * fleet, and 0.44 USD for each instance that runs all month (43,800 calls of PutMetricData at 0.01 USD per thousand;
   * us-east-1, list price 2026, without the free tier). They are published whether anything reads them or not.
   *
   * @default - sum over 5 minutes
   * @throws FleetConfigError when the image's runtime publishes no metrics: only `InferenceRuntime.builtIn()` does
   */
  public metricPromptTokens(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.published('metricPromptTokens').promptTokens(options);
  }

  /**
   * Tokens that the built-in server generated. The instances publish them once a minute, an idle one 0.
   *
   * @default - sum over 5 minutes
   * @throws FleetConfigError when the image's runtime publishes no metrics
   */
  public metricGeneratedTokens(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.published('metricGeneratedTokens').generatedTokens(options);
  }

  /**
   * Seconds from the arrival of a request at the built-in server until its first token, the time in its queue included:
   * what whoever waits for a streamed answer feels, without network and load balancer. Without requests there is none.
   *
   * @default - median (p50) over 5 minutes
   * @throws FleetConfigError when the image's runtime publishes no metrics
   */
  public metricTimeToFirstToken(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.published('metricTimeToFirstToken').timeToFirstToken(options);
  }

  /**
   * Seconds from a token of an answer to the next, the average of each answer. Without answers there is none.
   *
   * @default - median (p50) over 5 minutes
   * @throws FleetConfigError when the image's runtime publishes no metrics
   */
  public metricTimePerOutputToken(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.published('metricTimePerOutputToken').timePerOutputToken(options);
  }

  /**
   * Requests that wait on an instance for a slot of the built-in server, as counted once a minute.
   *
   * @default - average of the instances over 5 minutes
   * @throws FleetConfigError when the image's runtime publishes no metrics
   */
  public metricRequestsQueued(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.published('metricRequestsQueued').requestsQueued(options);
  }

  /** @internal */
  public override get _serverMetrics(): ServerMetrics | undefined {
    return this.image.runtime._publishesMetrics ? new ServerMetrics(this) : undefined;
  }

  /**
   * Whether instances may be in subnets with a way in from the internet.
   * @internal
   */
  public get _isInPublicSubnets(): boolean {
    const { vpc, vpcSubnets } = this._settings;
    const { hasPublic, subnetIds } = vpc.selectSubnets(vpcSubnets);
    // Subnets that were imported one by one are not the VPC's own objects, which is all that CDK looks at.
    return hasPublic || vpc.publicSubnets.some(({ subnetId }) => subnetIds.includes(subnetId));
  }

  /**
   * What only this kind of fleet refuses. It is called before the fleet has any property.
   * @internal
   */
  protected abstract _problems(props: InstanceFleetProps, capacity: FleetCapacity): Problem[];

  /**
   * How long this kind of fleet lets requests take and waits for them. It is called before the fleet has its settings.
   * @internal
   */
  protected abstract _timeLimits(props: InstanceFleetProps, capacity: FleetCapacity): TimeLimits;

  /**
   * Makes the launch template and the group, once, after what the kind of fleet puts before its instances.
   * @internal
   */
  protected _createInstances(traits: InstanceTraits): FleetInstances {
    const { image, capacity, role, userData } = this;
    const { vpc, timers } = this._settings;
    const launchTemplate = createLaunchTemplate(this, {
      ...{ vpc, image, role, userData, capacity },
      ingress: traits.ingress,
    });
    const group = createInstanceGroup(this, { ...this._settings, ...traits, image, capacity, launchTemplate });
    addTerminationHook(group, timers);
    Tags.of(group).add(FLEET_TAG, fleetName(this), { includeResourceTypes: ['AWS::AutoScaling::AutoScalingGroup'] });
    return { launchTemplate, group };
  }

  /**
   * Makes the alarms of the roll-out, once there are a group and whatever measures its work.
   * @internal
   */
  protected _watchRollout(work: Pick<WatchedFleet, 'traffic' | 'demand' | 'longestRequest'>): void {
    const { rollout, figures } = this._settings;
    const { minInstances, maxInstances } = this.capacity;
    const alarms = createRolloutAlarms(this, rollout, {
      ...work,
      server: this._serverMetrics,
      maySleep: minInstances === 0 || Token.isUnresolved(minInstances),
      startedAtOnce: instancesAtOnce(rollout._refresh, maxInstances),
      startMinutes: figures.slowestStart.toMinutes(),
      instanceMetric: (metricName, options) => fleetMetric(this, metricName, options),
    });
    alarms.forEach((alarm) => this.addRolloutAlarm(alarm));
    this.alarmsOfRollout.push(...alarms);
  }

  private published(method: string): ServerMetrics {
    return requireServerMetrics(this, method, 'measure it in the application, and publish it from there');
  }
}
