import { Duration, Token } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import { InstanceCatalog } from '../../../catalog';
import { IInferenceImage } from '../../../image';
import { Problem } from '../../../validation';
import { FleetCapacity } from '../../fleet-capacity';
import { durationProblems } from '../../private/range-problems';
import { ColdStart } from '../cold-start';
import { FleetDrain } from '../fleet-drain';
import { InstanceLifecycle } from '../instance-lifecycle';
import { SpotNotice } from '../spot-notice';
import { WarmPool } from '../warm-pool';
import { NOTICE_SECONDS } from './lifecycle-timers';

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html */
export const SPOT_NOTICE_SECONDS = 120;

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html */
const LONGEST_DEREGISTRATION_SECONDS = 3600;

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-prerequisites.html */
const MOST_HIBERNATED_GIB = 150;

/** What a lifecycle is held against. */
export interface LifecycleSurroundings {
  readonly capacity: FleetCapacity;
  readonly image: IInferenceImage;
}

/** Every figure of a lifecycle that contradicts another, the capacity, the image or the load balancer. */
export function lifecycleProblems(lifecycle: InstanceLifecycle, { capacity, image }: LifecycleSurroundings): Problem[] {
  const { drain = FleetDrain.typical(), warmPool } = lifecycle;
  return [
    ...runtimeProblems(image),
    ...gracePeriodProblems(lifecycle),
    ...deregistrationProblems(drain),
    ...(spotMayCut(drain, capacity) && drain.spotNotice === SpotNotice.MUST_SUFFICE ? [spotProblem(drain)] : []),
    ...(warmPool ? warmPoolProblems(warmPool, capacity) : []),
    ...(warmPool?.state === autoscaling.PoolState.HIBERNATED ? hibernationProblems(capacity, image) : []),
  ];
}

/** The same for workers, which no load balancer knows, and which hand back what they cannot finish. */
export function lifecycleProblemsOfWorkers(lifecycle: InstanceLifecycle): Problem[] {
  const problems = gracePeriodProblems(lifecycle);
  if (lifecycle.warmPool) {
    // What says that an instance of the pool is ready is an answer of its server.
    const fix = 'leave it out; minInstances keeps instances ready';
    problems.push({ what: 'lifecycle.warmPool', got: 'a warm pool', allowed: 'none for workers', fix });
  }
  return problems;
}

function runtimeProblems({ runtime }: IInferenceImage): Problem[] {
  if (runtime._serves) {
    return [];
  }
  const fix = 'give the image a runtime, or use WorkerFleet';
  return [{ what: 'image', got: 'an image on which nothing serves', allowed: 'a runtime that serves', fix }];
}

/** Whether an interruption of a Spot instance can cut a request. */
export function spotMayCut({ longestRequest }: FleetDrain, { usesSpot }: FleetCapacity): boolean {
  return usesSpot && longestRequest.toSeconds() + NOTICE_SECONDS > SPOT_NOTICE_SECONDS;
}

function gracePeriodProblems({ coldStart = ColdStart.typical(), healthCheckGracePeriod: grace }: InstanceLifecycle) {
  const problems = durationProblems('lifecycle.healthCheckGracePeriod', grace, Duration.seconds(0), Duration.hours(2));
  if (
    problems.length > 0 ||
    grace === undefined ||
    grace.toSeconds({ integral: false }) >= coldStart.total.toSeconds()
  ) {
    return problems;
  }
  return [
    {
      what: 'lifecycle.healthCheckGracePeriod',
      got: grace.toHumanString(),
      allowed: `at least the cold start (${coldStart.total.toHumanString()})`,
      fix: 'leave it out, or instances are replaced while they still load',
    },
  ];
}

function deregistrationProblems({ longestRequest }: FleetDrain): Problem[] {
  if (longestRequest.toSeconds() + NOTICE_SECONDS <= LONGEST_DEREGISTRATION_SECONDS) {
    return [];
  }
  return [
    {
      what: 'lifecycle.drain',
      got: `a longest request of ${longestRequest.toHumanString()}`,
      allowed: `at most ${LONGEST_DEREGISTRATION_SECONDS - NOTICE_SECONDS} seconds behind a load balancer`,
      fix: 'limit requests to that, or feed longer work by a queue',
    },
  ];
}

function spotProblem({ longestRequest, _generations: generations }: FleetDrain): Problem {
  const most = SPOT_NOTICE_SECONDS - NOTICE_SECONDS;
  const others = 'use on-demand capacity, or accept the cuts with SpotNotice.MAY_CUT';
  return {
    what: 'lifecycle.drain',
    got: `a longest request of ${longestRequest.toHumanString()} on Spot instances`,
    allowed: `at most ${most} seconds: an interruption is announced ${SPOT_NOTICE_SECONDS} seconds ahead`,
    fix: generations ? `${tokenLimit(generations, most)}, ${others}` : `limit requests to that, ${others}`,
  };
}

function tokenLimit(generations: NonNullable<FleetDrain['_generations']>, seconds: number): string {
  const { timePerToken, timeToFirstToken = Duration.seconds(0) } = generations;
  const left = seconds * 1000 - timeToFirstToken.toMilliseconds();
  const tokens = Math.floor(left / timePerToken.toMilliseconds());
  return tokens > 0 ? `limit answers to ${tokens} tokens` : 'limit prompts';
}

function warmPoolProblems({ _options: options }: WarmPool, { minInstances }: FleetCapacity): Problem[] {
  const { maxPreparedInstances: prepared, minInstances: waiting = 0 } = options;
  const unknown = [prepared, waiting, minInstances].some((value) => Token.isUnresolved(value));
  if (unknown || prepared === undefined || waiting > 0 || prepared > minInstances) {
    return [];
  }
  return [
    {
      what: 'lifecycle.warmPool.maxPreparedInstances',
      got: `${prepared}`,
      allowed: `more than capacity.minInstances (${minInstances})`,
      fix: 'raise it, or give minInstances of the pool: no instance would ever wait',
    },
  ];
}

function hibernationProblems({ instanceTypes }: FleetCapacity, { rootVolumeSize }: IInferenceImage): Problem[] {
  const gib = rootVolumeSize.toGibibytes();
  return instanceTypes.flatMap((instanceType) => {
    const memory = InstanceCatalog.lookup(instanceType)?.memoryGib;
    if (memory === undefined || (memory < gib && memory < MOST_HIBERNATED_GIB)) {
      return [];
    }
    const tooLarge = memory >= MOST_HIBERNATED_GIB;
    return [
      {
        what: 'lifecycle.warmPool',
        got: `hibernation of ${instanceType} with ${memory} GiB of memory on a root volume of ${gib} GiB`,
        allowed: tooLarge ? `less than ${MOST_HIBERNATED_GIB} GiB of memory` : 'a root volume larger than the memory',
        fix: tooLarge ? 'use WarmPool.stopped()' : 'give the image a larger root volume, or use WarmPool.stopped()',
      },
    ];
  });
}
