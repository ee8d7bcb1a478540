import { Duration } from 'aws-cdk-lib';
import { wholeSeconds } from '../../private/range-problems';
import { ColdStart } from '../cold-start';
import { FleetDrain } from '../fleet-drain';
import { InstanceLifecycle } from '../instance-lifecycle';

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html: time between two heartbeats. */
const SHORTEST_HEARTBEAT_SECONDS = 30;
const LONGEST_HEARTBEAT_SECONDS = 7200;

/** Until the instance knows that it must go and its load balancer sends it nothing more. */
export const NOTICE_SECONDS = 10;

/** What the agent needs to say that it is done; a hook that ends earlier would cut the last request. */
const HOOK_SPARE_SECONDS = 30;

/** A start that takes half as long again as it should is slow and not broken. */
const SLOW_START = 1.5;

/** Every time-out of a fleet, derived from its lifecycle. */
export interface LifecycleTimers {
  /** Time in which a new instance's metrics do not count for scaling, and until a roll-out calls it done. */
  readonly instanceWarmup: Duration;
  /** Time in which failed health checks of a new instance are forgiven. */
  readonly gracePeriod: Duration;
  /** Time that a load balancer gives the requests of an instance that it sends nothing more. */
  readonly deregistrationDelay: Duration;
  /** Time that Auto Scaling waits for an instance's word before it ends it; the agent's heartbeat begins it anew. */
  readonly terminationTimeout: Duration;
  /** Time that Auto Scaling waits for the first answer of an instance that goes to the warm pool or comes from it. */
  readonly launchTimeout: Duration;
}

/** Derives every time-out. Whether they suit each other, the capacity and the load balancer is checked elsewhere. */
export function lifecycleTimers(lifecycle: InstanceLifecycle): LifecycleTimers {
  const { coldStart = ColdStart.typical(), drain = FleetDrain.typical(), healthCheckGracePeriod } = lifecycle;
  const slowStart = Math.ceil(coldStart.total.toSeconds() * SLOW_START);
  const deregistration = drain.longestRequest.toSeconds() + NOTICE_SECONDS;
  return {
    instanceWarmup: coldStart.total,
    gracePeriod: healthCheckGracePeriod ? wholeSeconds(healthCheckGracePeriod) : Duration.seconds(slowStart),
    deregistrationDelay: Duration.seconds(deregistration),
    terminationTimeout: heartbeat(deregistration + HOOK_SPARE_SECONDS),
    launchTimeout: heartbeat(slowStart),
  };
}

function heartbeat(seconds: number): Duration {
  return Duration.seconds(Math.min(Math.max(seconds, SHORTEST_HEARTBEAT_SECONDS), LONGEST_HEARTBEAT_SECONDS));
}
