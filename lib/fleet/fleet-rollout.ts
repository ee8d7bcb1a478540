import { Duration } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import { FleetConfigError, Problem } from '../validation';
import {
  CanaryRolloutOptions,
  ReplaceRootVolumeOptions,
  RollingRolloutOptions,
  RolloutAlarmOptions,
} from './fleet-rollout-options';
import {
  DEFAULT_MIN_HEALTHY,
  DEFAULT_MIN_HEALTHY_IN_PLACE,
  defaultMaxHealthy,
  replaceRootVolumeProblems,
  rolloutProblems,
} from './private/rollout-problems';

/**
 * How a changed AMI or launch template reaches the running instances: by an instance refresh that CloudFormation waits
 * for. When it fails, the stack goes back to the earlier AMI id and launch template version.
 */
export class FleetRollout {
  /**
   * Replaces a few instances, waits, then replaces the others.
   *
   * @throws FleetConfigError with every option out of its range
   */
  public static canary(options: CanaryRolloutOptions = {}): FleetRollout {
    return FleetRollout.replaceInstances('FleetRollout.canary', options, {
      checkpointPercentages: [options.canaryPercentage ?? 10, 100],
      checkpointDelay: options.canaryTime ?? Duration.minutes(15),
    });
  }

  /**
   * Replaces the instances one after the other without a pause.
   *
   * @throws FleetConfigError with every option out of its range
   */
  public static rolling(options: RollingRolloutOptions = {}): FleetRollout {
    return FleetRollout.replaceInstances('FleetRollout.rolling', options, {});
  }

  /**
   * Keeps the instances, and replaces their root volumes by one of the new AMI: no new capacity is needed, and private
   * addresses and local disks stay, with the weights on them. An instance is out of service meanwhile.
   *
   * A deployment may change nothing but the AMI. One that also changes instance types, user data or anything else of the
   * launch template fails: make such changes with `rolling()` or `canary()`, and go back to this one after. An instance
   * on which the replacement fails is replaced as a whole. The new volume comes from the AMI's snapshot, so let the AMI
   * be encrypted, as those of InferenceImage are.
   *
   * Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/replace-root-volume.html, read 2026-11-23.
   *
   * @throws FleetConfigError with every option out of its range
   */
  public static replaceRootVolume(options: ReplaceRootVolumeOptions = {}): FleetRollout {
    throwIfAny('FleetRollout.replaceRootVolume', replaceRootVolumeProblems(options));
    return new FleetRollout({
      ...alarmPreferences(options),
      strategy: autoscaling.InstanceRefreshStrategy.REPLACE_ROOT_VOLUME,
      minHealthyPercentage: options.minHealthyPercentage ?? DEFAULT_MIN_HEALTHY_IN_PLACE,
      maxHealthyPercentage: 100,
      skipMatching: true,
    });
  }

  private static replaceInstances(
    where: string,
    options: CanaryRolloutOptions,
    checkpoints: { checkpointPercentages?: number[]; checkpointDelay?: Duration },
  ): FleetRollout {
    throwIfAny(where, rolloutProblems(options));
    const minHealthyPercentage = options.minHealthyPercentage ?? DEFAULT_MIN_HEALTHY;
    return new FleetRollout({
      ...alarmPreferences(options),
      strategy: autoscaling.InstanceRefreshStrategy.ROLLING,
      minHealthyPercentage,
      maxHealthyPercentage: options.maxHealthyPercentage ?? defaultMaxHealthy(minHealthyPercentage),
      skipMatching: true,
      ...checkpoints,
    });
  }

  private constructor(
    /** @internal */
    public readonly _refresh: autoscaling.InstanceRefreshOptions,
  ) {}

  /**
   * Whether the group must name the AMI in each override, which Auto Scaling demands for replacing root volumes.
   *
   * @internal
   */
  public get _replacesRootVolume(): boolean {
    return this._refresh.strategy === autoscaling.InstanceRefreshStrategy.REPLACE_ROOT_VOLUME;
  }
}

function throwIfAny(where: string, problems: Problem[]): void {
  if (problems.length > 0) {
    throw new FleetConfigError(where, problems);
  }
}

function alarmPreferences(options: RolloutAlarmOptions) {
  const alarms = options.alarms?.length ? options.alarms : undefined;
  return { alarms, bakeTime: options.bakeTime ?? (alarms ? Duration.minutes(5) : undefined) };
}
