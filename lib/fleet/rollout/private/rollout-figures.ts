import { Duration } from 'aws-cdk-lib';
import { LifecycleTimers } from '../../lifecycle/private/lifecycle-timers';

/** Minutes in which a load balancer says what it found, beyond the time that a slow start is allowed. */
const SPARE_MINUTES = 2;

/** An alarm that looks at five minutes must have them. */
const LEAST_BAKE_SECONDS = Duration.minutes(5).toSeconds();

/** What the figures of a roll-out follow from. */
export interface RolloutFigures {
  readonly coldStart: Duration;
  /** From the start of a new instance until the one that it replaces has finished its work. */
  readonly replacement: Duration;
  /** After it an instance that is not healthy is broken, and not starting. */
  readonly slowestStart: Duration;
  /** Time after the last instance in which an alarm still counts. */
  readonly bakeTime: Duration;
}

export function rolloutFigures({ instanceWarmup, gracePeriod, deregistrationDelay }: LifecycleTimers): RolloutFigures {
  return {
    coldStart: instanceWarmup,
    replacement: instanceWarmup.plus(deregistrationDelay),
    bakeTime: Duration.seconds(Math.max(instanceWarmup.toSeconds(), LEAST_BAKE_SECONDS)),
    slowestStart: Duration.minutes(Math.ceil(gracePeriod.toSeconds() / 60) + SPARE_MINUTES),
  };
}
