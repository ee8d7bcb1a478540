import { Duration } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import { throwIfAny } from '../../validation';
import { lifecycleTimers } from '../lifecycle/private/lifecycle-timers';
import { wholeSeconds } from '../private/range-problems';
import {
  CanaryRolloutOptions,
  ReplaceRootVolumeOptions,
  RollingRolloutOptions,
  RolloutAlarmOptions,
} from './fleet-rollout-options';
import { RolloutFigures, rolloutFigures } from './private/rollout-figures';
import {
  DEFAULT_MIN_HEALTHY,
  DEFAULT_MIN_HEALTHY_IN_PLACE,
  defaultMaxHealthy,
  replaceRootVolumeProblems,
  rolloutProblems,
} from './private/rollout-problems';
import { RolloutAlarm } from './rollout-alarm';

const LEAST_CANARY_TIME = Duration.minutes(15);

/**
 * How a changed AMI or launch template reaches the running instances: by an instance refresh that CloudFormation waits
 * for. When it fails, the stack goes back to the earlier AMI id and launch template version. It fails when an alarm
 * sounds, or when new instances have not become healthy for an hour.
 *
 * What is not given follows from the fleet's cold start and drain.
 */
export class FleetRollout {
  /**
   * Replaces a few instances, waits, then replaces the others. Unless told otherwise it watches what
   * `RolloutAlarm.recommended()` names.
   *
   * @throws FleetConfigError with every option out of its range
   */
  public static canary(options: CanaryRolloutOptions = {}): FleetRollout {
    const { watch = RolloutAlarm.recommended(), canaryPercentage = 10, canaryTime } = options;
    return FleetRollout.replaceInstances('FleetRollout.canary', { ...options, watch }, ({ slowestStart }) => ({
      checkpointPercentages: [canaryPercentage, 100],
      checkpointDelay: inSeconds(canaryTime) ?? longerOf(slowestStart, LEAST_CANARY_TIME),
    }));
  }

  /**
   * Replaces the instances one after the other without a pause.
   *
   * @throws FleetConfigError with every option out of its range
   */
  public static rolling(options: RollingRolloutOptions = {}): FleetRollout {
    return FleetRollout.replaceInstances('FleetRollout.rolling', options, () => ({}));
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
    return new FleetRollout(options.watch ?? [], (figures) => ({
      ...alarmPreferences(options, figures),
      strategy: autoscaling.InstanceRefreshStrategy.REPLACE_ROOT_VOLUME,
      minHealthyPercentage: options.minHealthyPercentage ?? DEFAULT_MIN_HEALTHY_IN_PLACE,
      maxHealthyPercentage: 100,
      skipMatching: true,
    }));
  }

  private static replaceInstances(
    where: string,
    options: CanaryRolloutOptions,
    checkpoints: (figures: RolloutFigures) => { checkpointPercentages?: number[]; checkpointDelay?: Duration },
  ): FleetRollout {
    throwIfAny(where, rolloutProblems(options));
    const { minHealthyPercentage = DEFAULT_MIN_HEALTHY, maxHealthyPercentage } = options;
    return new FleetRollout(options.watch ?? [], (figures) => ({
      ...alarmPreferences(options, figures),
      strategy: autoscaling.InstanceRefreshStrategy.ROLLING,
      minHealthyPercentage,
      maxHealthyPercentage: maxHealthyPercentage ?? defaultMaxHealthy(minHealthyPercentage, figures.replacement),
      skipMatching: true,
      ...checkpoints(figures),
    }));
  }

  /** @internal */
  public readonly _refresh: autoscaling.InstanceRefreshOptions;

  private constructor(
    /**
     * What the fleet makes alarms for.
     * @internal
     */
    public readonly _watch: RolloutAlarm[],
    private readonly refreshOf: (figures: RolloutFigures) => autoscaling.InstanceRefreshOptions,
    figures: RolloutFigures = rolloutFigures(lifecycleTimers({})),
  ) {
    this._refresh = refreshOf(figures);
  }

  /**
   * The same roll-out with what was not given as it suits a fleet.
   * @internal
   */
  public _suiting(figures: RolloutFigures): FleetRollout {
    return new FleetRollout(this._watch, this.refreshOf, figures);
  }

  /**
   * Whether the group must name the AMI in each override, which Auto Scaling demands for replacing root volumes.
   *
   * @internal
   */
  public get _replacesRootVolume(): boolean {
    return this._refresh.strategy === autoscaling.InstanceRefreshStrategy.REPLACE_ROOT_VOLUME;
  }
}

function alarmPreferences(options: RolloutAlarmOptions, { bakeTime }: RolloutFigures) {
  const alarms = options.alarms?.length ? options.alarms : undefined;
  const isWatched = alarms !== undefined || (options.watch ?? []).length > 0;
  return { alarms, bakeTime: inSeconds(options.bakeTime) ?? (isWatched ? bakeTime : undefined) };
}

/** Auto Scaling counts in whole seconds. */
function inSeconds(time: Duration | undefined): Duration | undefined {
  return time === undefined || time.isUnresolved() ? time : wholeSeconds(time);
}

function longerOf(one: Duration, other: Duration): Duration {
  return one.toSeconds() > other.toSeconds() ? one : other;
}
