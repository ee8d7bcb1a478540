import { Duration } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import { FleetConfigError } from '../validation';
import { CanaryRolloutOptions, RollingRolloutOptions } from './fleet-rollout-options';
import { DEFAULT_MIN_HEALTHY, defaultMaxHealthy, rolloutProblems } from './private/rollout-problems';

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
    return FleetRollout.create('FleetRollout.canary', options, {
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
    return FleetRollout.create('FleetRollout.rolling', options, {});
  }

  private static create(
    where: string,
    options: CanaryRolloutOptions,
    checkpoints: { checkpointPercentages?: number[]; checkpointDelay?: Duration },
  ): FleetRollout {
    const problems = rolloutProblems(options);
    if (problems.length > 0) {
      throw new FleetConfigError(where, problems);
    }
    const minHealthyPercentage = options.minHealthyPercentage ?? DEFAULT_MIN_HEALTHY;
    const alarms = options.alarms?.length ? options.alarms : undefined;
    return new FleetRollout({
      strategy: autoscaling.InstanceRefreshStrategy.ROLLING,
      minHealthyPercentage,
      maxHealthyPercentage: options.maxHealthyPercentage ?? defaultMaxHealthy(minHealthyPercentage),
      skipMatching: true,
      alarms,
      bakeTime: options.bakeTime ?? (alarms ? Duration.minutes(5) : undefined),
      ...checkpoints,
    });
  }

  private constructor(
    /** @internal */
    public readonly _refresh: autoscaling.InstanceRefreshOptions,
  ) {}
}
