import { FleetConfigError } from '../../validation';
import { numberProblems, positiveProblems } from '../private/range-problems';

/** A load that Auto Scaling can forecast, with the share of it that is meant for one instance. */
export class PredictiveLoad {
  /**
   * The CPU utilization of the group.
   *
   * @param percent utilization that is kept, from 1 to 100
   * @throws FleetConfigError when it is out of range
   */
  public static cpuUtilization(percent: number): PredictiveLoad {
    const problems = numberProblems('percent', percent, { least: 1, most: 100 });
    if (problems.length > 0) {
      throw new FleetConfigError('PredictiveLoad.cpuUtilization', problems);
    }
    return new PredictiveLoad('ASGCPUUtilization', percent, false);
  }

  /**
   * The requests of an Application Load Balancer.
   *
   * @param perInstance requests per minute and instance, above 0
   * @throws FleetConfigError when it is not above 0
   */
  public static requests(perInstance: number): PredictiveLoad {
    const problems = positiveProblems('perInstance', perInstance);
    if (problems.length > 0) {
      throw new FleetConfigError('PredictiveLoad.requests', problems);
    }
    return new PredictiveLoad('ALBRequestCount', perInstance, true);
  }

  private constructor(
    /** @internal */
    public readonly _metricPair: string,
    /** @internal */
    public readonly _target: number,
    /** @internal */
    public readonly _ofLoadBalancer: boolean,
  ) {}
}
