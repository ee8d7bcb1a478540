import { Duration } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledgeFindings } from '../../../validation';
import { wholeSeconds } from '../../private/range-problems';
import { JobOptions } from '../job-options';

/** SQS keeps no message for longer; what failed or is done should wait for its reader as long as it can. */
const LONGEST_RETENTION = Duration.days(14);

const DEFAULT_RESULT_RETENTION = Duration.days(30);

/** How long a job stays with an instance that gives no sign of life. */
export const DEFAULT_VISIBILITY = Duration.minutes(1);

/** Everything that keeps something of a job. */
export interface JobStores {
  readonly queue: sqs.IQueue;
  /** Undefined when the queue is the user's. */
  readonly deadLetterQueue?: sqs.Queue;
  readonly resultQueue: sqs.Queue;
  readonly resultBucket: s3.Bucket;
  readonly ledger: dynamodb.Table;
}

export function createJobStores(fleet: Construct, jobs: JobOptions): JobStores {
  const resultQueue = new sqs.Queue(fleet, 'Results', { ...SECURE_QUEUE, retentionPeriod: LONGEST_RETENTION });
  acknowledgeFindings(resultQueue, {
    id: 'AwsSolutions-SQS3',
    reason: 'Who reads the results decides what becomes of one that cannot be read; the ledger has each result too.',
  });
  return {
    ...createJobQueue(fleet, jobs),
    resultQueue,
    resultBucket: createResultBucket(fleet, jobs),
    ledger: new dynamodb.Table(fleet, 'Ledger', {
      partitionKey: { name: 'jobId', type: dynamodb.AttributeType.STRING },
      timeToLiveAttribute: 'expiresAt',
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      // DynamoDB encrypts every table; with its own key that costs no requests to KMS.
      encryption: dynamodb.TableEncryption.DEFAULT,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    }),
  };
}

const SECURE_QUEUE = { encryption: sqs.QueueEncryption.SQS_MANAGED, enforceSSL: true };

function createJobQueue(fleet: Construct, jobs: JobOptions): Pick<JobStores, 'queue' | 'deadLetterQueue'> {
  if (jobs.queue) {
    return { queue: jobs.queue };
  }
  const { maxReceiveCount = 10, visibilityTimeout = DEFAULT_VISIBILITY, retention = Duration.days(4) } = jobs;
  const deadLetterQueue = new sqs.Queue(fleet, 'DeadJobs', { ...SECURE_QUEUE, retentionPeriod: LONGEST_RETENTION });
  const queue = new sqs.Queue(fleet, 'Jobs', {
    ...SECURE_QUEUE,
    visibilityTimeout: wholeSeconds(visibilityTimeout),
    retentionPeriod: wholeSeconds(retention),
    deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount },
  });
  return { queue, deadLetterQueue };
}

function createResultBucket(fleet: Construct, { resultRetention = DEFAULT_RESULT_RETENTION }: JobOptions): s3.Bucket {
  const bucket = new s3.Bucket(fleet, 'ResultBucket', {
    encryption: s3.BucketEncryption.S3_MANAGED,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    lifecycleRules: [{ expiration: resultRetention, abortIncompleteMultipartUploadAfter: Duration.days(1) }],
  });
  acknowledgeFindings(bucket, {
    id: 'AwsSolutions-S1',
    reason:
      'Access logs would need a bucket of their own; data events of CloudTrail record the same where it is wanted.',
  });
  return bucket;
}
