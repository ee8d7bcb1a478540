import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import { FleetConfigError } from '../../validation';
import { numberProblems } from '../private/range-problems';
import { WarmPoolOptions } from './warm-pool-options';

/**
 * Instances that were started once and wait beside the group, so that scale-out need not wait for a cold start. Auto
 * Scaling takes them from the fleet's own launch template and instance types, so that the gate of the kernels holds for
 * them as well.
 *
 * Every fleet has a mixed instances policy. AWS refused warm pools for those until late 2025, its documents still
 * disagree, and this library has not tried: the fleet warns of that.
 */
export class WarmPool {
  /**
   * Stopped instances: only their volumes are paid for (gp3 0.08 USD per GB and month in us-east-1, list price 2026). A
   * start takes the boot and the loading of the weights from disk.
   *
   * @throws FleetConfigError with every number out of its range
   */
  public static stopped(options: WarmPoolOptions = {}): WarmPool {
    return WarmPool.create('WarmPool.stopped', autoscaling.PoolState.STOPPED, options);
  }

  /**
   * Hibernated instances: their memory, weights included, is on the root volume, and is read back at the start. The root
   * volume must be larger than the memory, at most 150 GiB, and the instance type must support hibernation, which this
   * library's catalog does not know.
   * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-prerequisites.html
   *
   * @throws FleetConfigError with every number out of its range
   */
  public static hibernated(options: WarmPoolOptions = {}): WarmPool {
    return WarmPool.create('WarmPool.hibernated', autoscaling.PoolState.HIBERNATED, options);
  }

  /**
   * Running instances: ready at once, and paid for like instances in service.
   *
   * @throws FleetConfigError with every number out of its range
   */
  public static running(options: WarmPoolOptions = {}): WarmPool {
    return WarmPool.create('WarmPool.running', autoscaling.PoolState.RUNNING, options);
  }

  private static create(where: string, state: autoscaling.PoolState, options: WarmPoolOptions): WarmPool {
    const problems = [
      ...numberProblems('minInstances', options.minInstances, { least: 0, whole: true }),
      ...numberProblems('maxPreparedInstances', options.maxPreparedInstances, { least: 1, whole: true }),
    ];
    if (problems.length > 0) {
      throw new FleetConfigError(where, problems);
    }
    return new WarmPool(state, options);
  }

  private constructor(
    /** What the instances of the pool do while they wait. */
    public readonly state: autoscaling.PoolState,
    /** @internal */
    public readonly _options: WarmPoolOptions,
  ) {}
}
