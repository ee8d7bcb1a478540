import { Duration, Token } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import { InstanceCatalog } from '../../../catalog';
import { IInferenceImage } from '../../../image';
import { Problem } from '../../../validation';
import { FleetCapacity } from '../../fleet-capacity';
import { durationProblems } from '../../private/range-problems';
import { ColdStart } from '../cold-start';
import { InstanceLifecycle } from '../instance-lifecycle';
import { WarmPool } from '../warm-pool';
import { drainProblems } from './drain-problems';
import { LifecycleSurroundings } from './served-limits';

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-prerequisites.html */
const MOST_HIBERNATED_GIB = 150;

/** Every figure of a lifecycle that contradicts another, the capacity, the image or the load balancer. */
export function lifecycleProblems(lifecycle: InstanceLifecycle, surroundings: LifecycleSurroundings): Problem[] {
  const { capacity, image } = surroundings;
  const { warmPool } = lifecycle;
  return [
    ...runtimeProblems(image),
    ...gracePeriodProblems(lifecycle),
    ...drainProblems(lifecycle, surroundings),
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
