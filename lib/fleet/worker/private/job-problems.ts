import { Duration, Token } from 'aws-cdk-lib';
import { Problem } from '../../../validation';
import { lifecycleProblemsOfWorkers } from '../../lifecycle/private/lifecycle-problems';
import { durationProblems, numberProblems, positiveProblems } from '../../private/range-problems';
import { watchProblems } from '../../rollout/private/create-rollout-alarms';
import { JobOptions } from '../job-options';
import { WorkerFleetProps } from '../worker-fleet-props';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const LONGEST_VISIBILITY = Duration.hours(12);
const LONGEST_RETENTION = Duration.days(14);

/** An agent that renews after a third of it must have time to. */
const SHORTEST_VISIBILITY = Duration.seconds(3);

/** Everything about the jobs and the lifecycle of workers that cannot work. */
export function workerProblems({ image, jobs, lifecycle = {}, rollout }: WorkerFleetProps): Problem[] {
  const { maxReceiveCount, visibilityTimeout, slotsPerVcpu, retention } = jobs;
  return [
    ...serverProblems(jobs.handler._needsServer, image.runtime._serves),
    ...positiveProblems('jobs.slotsPerVcpu', slotsPerVcpu),
    ...durationProblems('jobs.visibilityTimeout', visibilityTimeout, SHORTEST_VISIBILITY, LONGEST_VISIBILITY),
    ...numberProblems('jobs.maxReceiveCount', maxReceiveCount, { least: 1, most: 1000, whole: true }),
    ...durationProblems('jobs.retention', retention, Duration.minutes(1), LONGEST_RETENTION),
    ...resultProblems(jobs),
    ...queueProblems(jobs),
    ...lifecycleProblemsOfWorkers(lifecycle),
    ...watchProblems(rollout, { byLoadBalancer: false, byBuiltInServer: image.runtime._publishesMetrics }),
  ];
}

function serverProblems(needed: boolean, serves: boolean): Problem[] {
  if (!needed || serves) {
    return [];
  }
  const allowed = 'an image with a runtime that serves';
  return [{ what: 'jobs.handler', got: 'a server', allowed, fix: 'give the image one, or use JobHandler.program()' }];
}

function resultProblems({ resultRetention: kept }: JobOptions): Problem[] {
  const problems = durationProblems('jobs.resultRetention', kept, Duration.days(1), Duration.days(36_500));
  if (problems.length > 0 || kept === undefined || Number.isInteger(kept.toDays({ integral: false }))) {
    return problems;
  }
  const what = 'jobs.resultRetention';
  return [{ what, got: kept.toHumanString(), allowed: 'whole days', fix: 'round it: S3 counts in days' }];
}

function queueProblems({ queue, maxReceiveCount, retention }: JobOptions): Problem[] {
  if (queue === undefined) {
    return [];
  }
  const problems: Problem[] = [];
  for (const [name, value] of Object.entries({ maxReceiveCount, retention })) {
    if (value !== undefined) {
      const fix = 'set it on that queue';
      problems.push({ what: `jobs.${name}`, got: 'set for a queue of yours', allowed: 'set for new queues only', fix });
    }
  }
  if (!Token.isUnresolved(queue.fifo) && queue.fifo) {
    const fix = 'use a standard queue: a failed job would hold up the others of its group';
    problems.push({ what: 'jobs.queue', got: 'a FIFO queue', allowed: 'a standard queue', fix });
  }
  return problems;
}
