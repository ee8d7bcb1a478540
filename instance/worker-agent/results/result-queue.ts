import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DoneJob } from '../jobs/job-ledger';
import { StoredResult } from './stored-result';

/** What arrives in the result queue, as JSON. */
export interface ResultMessage {
  readonly jobId: string;
  /** Which attempt made the result, from 1. */
  readonly attempt: number;
  /** How often the job's program may have been started until then. More than 1 marks a job that may be done twice. */
  readonly attempts: number;
  /** The job was delivered again after it was done: this message may be a second copy. */
  readonly resent: boolean;
  readonly result: StoredResult;
}

/**
 * Characters that valid UTF-8 and JSON may have, and for which SQS refuses a message.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html, read 2026-11-23
 */
const NOT_FOR_SQS = /[\ufffe\uffff]/g;

/** Tells consumers of results. It needs `sqs:SendMessage` on the queue. */
export class ResultQueue {
  public constructor(
    private readonly client: SQSClient,
    private readonly queueUrl: string,
  ) {}

  public async send(jobId: string, { attempt, attempts, result }: DoneJob, resent: boolean): Promise<void> {
    const message: ResultMessage = { jobId, attempt, attempts, resent, result };
    const MessageBody = JSON.stringify(message).replace(NOT_FOR_SQS, escaped);
    await this.client.send(new SendMessageCommand({ QueueUrl: this.queueUrl, MessageBody }));
  }
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16)}`;
}
