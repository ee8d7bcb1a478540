import { Duration } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { JobHandler } from './job-handler';

/** Where the jobs of a fleet come from, and how an instance works on them. */
export interface JobOptions {
  /** What does a job. */
  readonly handler: JobHandler;
  /**
   * A standard queue of your own, with its own dead-letter queue. A key that encrypts it must be one that the instances'
   * role may be allowed to use.
   *
   * @default - a new queue, encrypted by SQS, with a dead-letter queue that keeps jobs for 14 days
   */
  readonly queue?: sqs.IQueue;
  /**
   * Jobs that an instance works on at a time for each of its vCPUs, at least one in all. A server takes as many as its
   * runtime has slots.
   *
   * @default 1
   */
  readonly slotsPerVcpu?: number;
  /**
   * How long a job stays with an instance that gives no sign of life, 3 seconds to 12 hours. The agent renews it while it
   * works, so that it need not be as long as a job.
   *
   * @default Duration.minutes(1)
   */
  readonly visibilityTimeout?: Duration;
  /**
   * Deliveries until a job goes to the dead-letter queue, 1 to 1000. Interruptions of Spot Instances count too. For new
   * queues only.
   *
   * @default 10
   */
  readonly maxReceiveCount?: number;
  /**
   * How long a job may wait, 1 minute to 14 days. For new queues only.
   *
   * @default Duration.days(4)
   */
  readonly retention?: Duration;
  /**
   * How long the bucket keeps results that are too big for a message (above 8 KiB), in whole days.
   *
   * @default Duration.days(30)
   */
  readonly resultRetention?: Duration;
}
