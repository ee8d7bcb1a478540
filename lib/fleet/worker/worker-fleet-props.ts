import { InstanceFleetProps } from '../instance-fleet-props';
import { JobOptions } from './job-options';

/**
 * A fleet of instances that take jobs from a queue.
 *
 * - `vpc`: the instances must reach SQS, DynamoDB, S3 and Auto Scaling.
 * - `image`: built by `InferenceImage`, which puts the worker agent on it.
 * - `capacity`: interrupted jobs are done again, so that `FleetCapacity.spotFirst()` suits.
 * - `rollout`: instances that work are replaced too; they finish or hand back.
 * - `lifecycle`: jobs that take longer than its `drain` are handed back and done by another instance. Warm pools are
 *   refused.
 */
export interface WorkerFleetProps extends InstanceFleetProps {
  /** Where the jobs come from, and what does them. */
  readonly jobs: JobOptions;
}
