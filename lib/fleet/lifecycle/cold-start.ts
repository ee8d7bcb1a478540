import { Duration } from 'aws-cdk-lib';
import { FleetConfigError } from '../../validation';
import { durationProblems, wholeSeconds } from '../private/range-problems';
import { ColdStartPhases } from './cold-start-phases';

/** The longest time-out of a lifecycle hook between two heartbeats, which a launch may have to wait for. */
const LONGEST = Duration.hours(2);

/** Assumptions, not measurements: an AL2023 instance boots in well under a minute; weights depend on their size. */
const TYPICAL_BOOT = Duration.seconds(60);
const TYPICAL_WEIGHTS = Duration.minutes(3);
const TYPICAL_WARM_UP = Duration.seconds(60);

/**
 * How long an instance takes from its launch to its first answer. The fleet derives from this one figure how long a new
 * instance's metrics are left out of scaling, how long failed health checks are forgiven, and how long Auto Scaling
 * waits for an instance of the warm pool.
 *
 * Measure it: launch one instance and take the time until the load balancer calls it healthy. A figure that is too small
 * makes Auto Scaling replace instances that are still loading; one that is too great makes scaling slow.
 */
export class ColdStart {
  /** Five minutes: an assumption for images that load a model of some gigabytes at boot. */
  public static typical(): ColdStart {
    return ColdStart.of({});
  }

  /**
   * The sum of its phases.
   *
   * @throws FleetConfigError with every phase that is out of range or only known at deployment
   */
  public static of(phases: ColdStartPhases): ColdStart {
    const { boot = TYPICAL_BOOT, weights = TYPICAL_WEIGHTS, warmUp = TYPICAL_WARM_UP } = phases;
    const problems = [
      ...durationProblems('boot', boot, Duration.seconds(0), LONGEST),
      ...durationProblems('weights', weights, Duration.seconds(0), LONGEST),
      ...durationProblems('warmUp', warmUp, Duration.seconds(0), LONGEST),
    ];
    if (problems.length > 0) {
      throw new FleetConfigError('ColdStart.of', problems);
    }
    return ColdStart.create('ColdStart.of', boot.plus(weights).plus(warmUp));
  }

  /**
   * One figure that was measured from launch to first answer.
   *
   * @throws FleetConfigError when it is not between one second and two hours
   */
  public static measured(total: Duration): ColdStart {
    return ColdStart.create('ColdStart.measured', total);
  }

  private static create(where: string, total: Duration): ColdStart {
    const problems = durationProblems('total', total, Duration.seconds(1), LONGEST);
    if (problems.length > 0) {
      throw new FleetConfigError(where, problems);
    }
    return new ColdStart(wholeSeconds(total));
  }

  private constructor(
    /** Time from launch to first answer, in whole seconds. */
    public readonly total: Duration,
  ) {}
}
