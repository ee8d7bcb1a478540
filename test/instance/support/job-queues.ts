import { CreateTableCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { ResultMessage } from '../../../instance/worker-agent/results/result-queue';
import { LocalAws } from '../../../scripts/local-aws/local-aws';
import { REGION } from './instance-under-test';

const MOST_ENTRIES = 10;

/** A job to send. */
export interface JobToSend {
  readonly id: string;
  readonly body: string;
}

/** What the ledger knows of a job. */
export interface LedgerRecord {
  readonly state: string;
  readonly attempts: number;
  readonly duplicateCompletions: number;
  readonly lastFailure?: string;
  /** Seconds since 1970. */
  readonly expiresAt?: number;
}

type JobQueueUrls = Readonly<Record<'jobs' | 'results' | 'dead', string>>;
type JobStoreNames = Readonly<Record<'ledger' | 'bucket', string>>;

function clientsOf({ endpoint }: LocalAws) {
  const options = { endpoint, region: REGION, credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' } };
  return {
    sqs: new SQSClient(options),
    dynamo: new DynamoDBClient(options),
    s3: new S3Client({ ...options, forcePathStyle: true }),
  };
}

/** The queues, the ledger and the bucket of a worker fleet, in the local AWS. */
export class JobQueues {
  /** @param maxReceiveCount after so many deliveries a job goes to the dead-letter queue */
  public static async create(localAws: LocalAws, name: string, maxReceiveCount: number): Promise<JobQueues> {
    const { sqs, dynamo, s3 } = clientsOf(localAws);
    const create = async (queue: string, attributes: Record<string, string> = {}) =>
      (await sqs.send(new CreateQueueCommand({ QueueName: `${name}-${queue}`, Attributes: attributes }))).QueueUrl!;
    const dead = await create('dead');
    const attributes = { QueueUrl: dead, AttributeNames: ['QueueArn' as const] };
    const arn = (await sqs.send(new GetQueueAttributesCommand(attributes))).Attributes!.QueueArn;
    const redrive = JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount });
    const urls = { jobs: await create('jobs', { RedrivePolicy: redrive }), results: await create('results'), dead };
    await dynamo.send(
      new CreateTableCommand({
        TableName: `${name}-ledger`,
        KeySchema: [{ AttributeName: 'jobId', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'jobId', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    await s3.send(new CreateBucketCommand({ Bucket: `${name}-results` }));
    return new JobQueues({ ledger: `${name}-ledger`, bucket: `${name}-results` }, urls, clientsOf(localAws));
  }

  /** Those of a fleet that was deployed. */
  public static deployed(localAws: LocalAws, stores: JobStoreNames, urls: JobQueueUrls): JobQueues {
    return new JobQueues(stores, urls, clientsOf(localAws));
  }

  private readonly sqs: SQSClient;
  private readonly dynamo: DynamoDBClient;
  private readonly s3: S3Client;

  private constructor(
    private readonly stores: JobStoreNames,
    public readonly urls: JobQueueUrls,
    { sqs, dynamo, s3 }: ReturnType<typeof clientsOf>,
  ) {
    this.sqs = sqs;
    this.dynamo = dynamo;
    this.s3 = s3;
  }

  /** What the configuration of a worker agent says of them. */
  public get configuration() {
    return {
      queueUrl: this.urls.jobs,
      ledgerTable: this.stores.ledger,
      results: { queueUrl: this.urls.results, bucket: this.stores.bucket },
    };
  }

  /** Sends jobs. Those that it returns for are accepted: SQS has said so. */
  public async send(jobs: readonly JobToSend[]): Promise<void> {
    for (let start = 0; start < jobs.length; start += MOST_ENTRIES) {
      const Entries = jobs.slice(start, start + MOST_ENTRIES).map(({ id, body }, index) => ({
        Id: String(index),
        MessageBody: body,
        MessageAttributes: { JobId: { DataType: 'String', StringValue: id } },
      }));
      const { Failed } = await this.sqs.send(new SendMessageBatchCommand({ QueueUrl: this.urls.jobs, Entries }));
      if (Failed?.length) {
        throw new Error(`the queue did not accept ${Failed.length} jobs`);
      }
    }
  }

  /** Takes every message that the queue of results or of dead letters has now. */
  public async take(queue: 'results' | 'dead', waitSeconds = 0): Promise<string[]> {
    const QueueUrl = this.urls[queue];
    const taken: string[] = [];
    for (;;) {
      const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: waitSeconds });
      const messages = (await this.sqs.send(receive)).Messages ?? [];
      if (messages.length === 0) {
        return taken;
      }
      taken.push(...messages.map(({ Body }) => Body!));
      const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await this.sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    }
  }

  public async takeResults(waitSeconds = 0): Promise<ResultMessage[]> {
    return (await this.take('results', waitSeconds)).map((body) => JSON.parse(body) as ResultMessage);
  }

  /** Takes every job out of the queue, also from the workers that have one. */
  public async deleteJobs(): Promise<void> {
    await this.sqs.send(new PurgeQueueCommand({ QueueUrl: this.urls.jobs }));
  }

  /** How many jobs the queue has, whether visible or with a worker. */
  public async remaining(): Promise<number> {
    const names = ['ApproximateNumberOfMessages' as const, 'ApproximateNumberOfMessagesNotVisible' as const];
    const request = new GetQueueAttributesCommand({ QueueUrl: this.urls.jobs, AttributeNames: names });
    const { Attributes } = await this.sqs.send(request);
    return names.reduce((sum, name) => sum + Number(Attributes![name]), 0);
  }

  public async ledger(): Promise<Map<string, LedgerRecord>> {
    const records = new Map<string, LedgerRecord>();
    let ExclusiveStartKey: Awaited<ReturnType<typeof this.scan>>['LastEvaluatedKey'];
    do {
      const page = await this.scan(ExclusiveStartKey);
      for (const item of page.Items ?? []) {
        records.set(item.jobId.S!, {
          state: item.state?.S ?? '',
          attempts: Number(item.attempts?.N ?? 0),
          duplicateCompletions: Number(item.duplicateCompletions?.N ?? 0),
          lastFailure: item.lastFailure?.S,
          expiresAt: item.expiresAt && Number(item.expiresAt.N),
        });
      }
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return records;
  }

  /** The text of an object of the results' bucket. */
  public async object(key: string): Promise<string> {
    const request = new GetObjectCommand({ Bucket: this.configuration.results.bucket, Key: key });
    return (await this.s3.send(request)).Body!.transformToString();
  }

  private scan(ExclusiveStartKey?: NonNullable<ScanCommand['input']['ExclusiveStartKey']>) {
    return this.dynamo.send(new ScanCommand({ TableName: this.configuration.ledgerTable, ExclusiveStartKey }));
  }
}
