import { Duration } from 'aws-cdk-lib';
import { ImageFeature } from '../../../image';
import { Problem } from '../../../validation';
import { FleetCapacity } from '../../fleet-capacity';
import { Engine, engineProblems } from '../../private/engine-problems';
import { durationProblems } from '../../private/range-problems';
import { BatchFleetProps } from '../batch-fleet-props';
import { vcpuProblems } from './vcpu-bounds';

const BATCH: Engine = { name: 'AWS Batch', feature: ImageFeature.ECS_AGENT, component: 'ecsAgent' };

/** https://docs.aws.amazon.com/batch/latest/APIReference/API_UpdatePolicy.md, read 2026-11-23 */
const LONGEST_UPDATE = Duration.minutes(7200);

/** Everything about the image, the capacity and the update that AWS Batch could not do. */
export function batchProblems({ image, updateTimeout }: BatchFleetProps, capacity: FleetCapacity): Problem[] {
  return [...engineProblems(BATCH, image, capacity), ...vcpuProblems(capacity), ...updateProblems(updateTimeout)];
}

function updateProblems(updateTimeout: Duration | undefined): Problem[] {
  const problems = durationProblems('updateTimeout', updateTimeout, Duration.minutes(1), LONGEST_UPDATE);
  if (problems.length > 0 || updateTimeout === undefined || updateTimeout.toSeconds() % 60 === 0) {
    return problems;
  }
  const fix = 'round it: AWS Batch counts in minutes';
  return [{ what: 'updateTimeout', got: updateTimeout.toHumanString(), allowed: 'whole minutes', fix }];
}
