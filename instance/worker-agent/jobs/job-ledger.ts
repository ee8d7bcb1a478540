import {
  AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBClient,
  UpdateItemCommand,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { StoredResult } from '../results/stored-result';

const NOT_DONE = 'attribute_not_exists(#state) OR #state <> :done';
const DAY_SECONDS = 86_400;

/** A job whose result is known. */
export interface DoneJob {
  readonly done: true;
  /** How often its program may have been started before it was done. */
  readonly attempts: number;
  /** Which of those attempts made the result. */
  readonly attempt: number;
  readonly result: StoredResult;
}

/** A job that this execution has begun. */
export interface BegunJob {
  readonly done: false;
  /** The number of this attempt, from 1. No two attempts have the same, unlike SQS's count of deliveries. */
  readonly attempt: number;
}

/** What became of a completion: taken, or late because another execution was first. */
export interface Completion {
  readonly first: boolean;
  readonly job: DoneJob;
}

/** What an update of a job that is not known any more makes is to go as well. */
const OR_EXPIRE = 'expiresAt = if_not_exists(expiresAt, :expiry)';

/**
 * Knows of each job how often it was begun, and its result: one item of a DynamoDB table, changed by conditional writes,
 * so that of several executions exactly one completes the job and the number of attempts that it is marked with has
 * counted every execution begun before. Two writes per job. It needs `dynamodb:UpdateItem` on the table.
 */
export class JobLedger {
  public constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
    private readonly recordDays: number,
  ) {}

  /** To be called before the job's program is started: a start that is not counted would go unmarked. */
  public async begin(jobId: string, owner: string): Promise<BegunJob | DoneJob> {
    try {
      const item = await this.update(jobId, {
        UpdateExpression: 'SET #state = :begun, #owner = :owner, begunAt = :now, expiresAt = :expiry ADD attempts :one',
        ConditionExpression: NOT_DONE,
        ExpressionAttributeNames: { '#state': 'state', '#owner': 'owner' },
        ExpressionAttributeValues: {
          ':begun': { S: 'begun' },
          ':done': { S: 'done' },
          ':owner': { S: owner },
          ':now': { S: new Date().toISOString() },
          ':expiry': this.expiry(),
          ':one': { N: '1' },
        },
      });
      return { done: false, attempt: Number(item.attempts.N) };
    } catch (error) {
      return doneJobOf(itemOf(error));
    }
  }

  /** @param execution names this execution, so that a write whose answer was lost is known again when it is repeated */
  public async complete(jobId: string, attempt: number, execution: string, result: StoredResult): Promise<Completion> {
    try {
      const item = await this.update(jobId, {
        UpdateExpression:
          'SET #state = :done, completedBy = :execution, completedAt = :now, attempt = :attempt, #result = :result, expiresAt = :expiry',
        ConditionExpression: NOT_DONE,
        ExpressionAttributeNames: { '#state': 'state', '#result': 'result' },
        ExpressionAttributeValues: {
          ':done': { S: 'done' },
          ':execution': { S: execution },
          ':now': { S: new Date().toISOString() },
          ':attempt': { N: String(attempt) },
          ':result': { S: JSON.stringify(result) },
          ':expiry': this.expiry(),
        },
      });
      return { first: true, job: doneJobOf(item) };
    } catch (error) {
      const item = itemOf(error);
      return { first: item.completedBy?.S === execution, job: doneJobOf(item) };
    }
  }

  /** Counts an execution that ended after another had completed the job. */
  public async markDuplicate(jobId: string): Promise<void> {
    await this.update(jobId, {
      UpdateExpression: `SET ${OR_EXPIRE} ADD duplicateCompletions :one`,
      ExpressionAttributeValues: { ':one': { N: '1' }, ':expiry': this.expiry() },
    });
  }

  /** Keeps why an attempt made no result, for whoever looks into the dead-letter queue. */
  public async markFailed(jobId: string, reason: string): Promise<void> {
    await this.update(jobId, {
      UpdateExpression: `SET lastFailure = :reason, ${OR_EXPIRE}`,
      ExpressionAttributeValues: { ':reason': { S: reason }, ':expiry': this.expiry() },
    });
  }

  private async update(jobId: string, input: Partial<UpdateItemCommandInput>): Promise<Record<string, AttributeValue>> {
    const output = await this.client.send(
      new UpdateItemCommand({
        TableName: this.table,
        Key: { jobId: { S: jobId } },
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        ...input,
      }),
    );
    return output.Attributes ?? {};
  }

  private expiry(): AttributeValue {
    return { N: String(Math.ceil(Date.now() / 1000 + this.recordDays * DAY_SECONDS)) };
  }
}

/** The item that refused a conditional write. @throws the error itself when it is another one */
function itemOf(error: unknown): Record<string, AttributeValue> {
  if (error instanceof ConditionalCheckFailedException && error.Item) {
    return error.Item;
  }
  throw error;
}

function doneJobOf(item: Record<string, AttributeValue>): DoneJob {
  return {
    done: true,
    attempts: Number(item.attempts?.N ?? 1),
    attempt: Number(item.attempt?.N ?? 1),
    result: JSON.parse(item.result?.S ?? '{}') as StoredResult,
  };
}
