import { randomUUID } from 'node:crypto';
import { DeleteMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { JsonLog, reasonOf } from '../../common/json-log';
import { JobHandler } from '../handlers/job-handler';
import { ResultQueue } from '../results/result-queue';
import { ResultStore } from '../results/result-store';
import { WorkerConfiguration } from '../worker-configuration';
import { Job } from './job';
import { JobLease } from './job-lease';
import { DoneJob, JobLedger } from './job-ledger';

const LONGEST_RETRY_SECONDS = 900;

/** The reason with which a job is ended because its instance must go. */
export class HandedBack extends Error {
  public override readonly name = 'HandedBack';
}

/** What every execution works with. */
export interface ExecutionParts {
  readonly configuration: WorkerConfiguration;
  readonly sqs: SQSClient;
  readonly ledger: JobLedger;
  readonly handler: JobHandler;
  readonly store: ResultStore;
  /** @default results are in the ledger and the bucket only */
  readonly results?: ResultQueue;
  readonly log: JsonLog;
  readonly instanceId: string;
}

/**
 * One delivery of a job, from its begin in the ledger to its deletion from the queue. In this order a death at any point
 * loses nothing: until the message is deleted SQS delivers it again, and the ledger then says how far it came.
 */
export class JobExecution {
  private readonly id = randomUUID();
  private readonly lease: JobLease;
  private readonly handBack = new AbortController();

  public constructor(
    private readonly job: Job,
    private readonly parts: ExecutionParts,
  ) {
    const { sqs, configuration } = parts;
    this.lease = new JobLease(sqs, configuration.queueUrl, job.receiptHandle, configuration.visibilitySeconds);
  }

  /** Never throws: whatever fails, the job stays in the queue. */
  public async run(): Promise<void> {
    const { ledger, log, instanceId } = this.parts;
    try {
      const begun = await ledger.begin(this.job.id, `${instanceId}/${this.id}`);
      if (begun.done) {
        log.info('job-already-done', { jobId: this.job.id, deliveries: this.job.deliveries });
        await this.deliver(begun, true);
      } else {
        await this.attempt(begun.attempt);
      }
    } catch (error) {
      log.error('job-not-settled', { jobId: this.job.id, reason: reasonOf(error) });
      await this.giveBack(this.retrySeconds);
    } finally {
      this.lease.end();
    }
  }

  /** Ends the job's program at once and gives the job back to the queue. */
  public interrupt(): void {
    this.handBack.abort(new HandedBack('the instance is going away'));
  }

  private async attempt(attempt: number): Promise<void> {
    const { handler, log } = this.parts;
    const started = Date.now();
    let result: Buffer;
    try {
      const signal = AbortSignal.any([this.lease.signal, this.handBack.signal]);
      signal.throwIfAborted();
      result = await handler.run(this.job, attempt, signal);
      log.info('job-ended', { jobId: this.job.id, attempt, seconds: (Date.now() - started) / 1000 });
    } catch (error) {
      await this.fail(attempt, error as Error);
      return;
    }
    await this.complete(attempt, result);
  }

  private async complete(attempt: number, result: Buffer): Promise<void> {
    const { ledger, store, log } = this.parts;
    const stored = await store.store(this.job.id, attempt, result);
    const { first, job } = await ledger.complete(this.job.id, attempt, this.id, stored);
    if (!first) {
      await ledger.markDuplicate(this.job.id);
      log.warn('job-done-twice', { jobId: this.job.id, attempt, attempts: job.attempts, counts: job.attempt });
    }
    // Whoever was first may have died before its message was sent, so this one sends it again, marked.
    await this.deliver(job, !first);
  }

  private async deliver(done: DoneJob, resent: boolean): Promise<void> {
    const { results, sqs, configuration } = this.parts;
    await results?.send(this.job.id, done, resent);
    const message = { QueueUrl: configuration.queueUrl, ReceiptHandle: this.job.receiptHandle };
    await sqs.send(new DeleteMessageCommand(message));
  }

  private async fail(attempt: number, error: Error): Promise<void> {
    const { log } = this.parts;
    const handedBack = error instanceof HandedBack;
    const lost = this.lease.signal.aborted;
    const event = handedBack ? 'job-handed-back' : lost ? 'job-lease-lost' : 'job-failed';
    const reason = `attempt ${attempt}: ${reasonOf(error)}`;
    log.warn(event, { jobId: this.job.id, attempt, deliveries: this.job.deliveries, reason });
    await this.giveBack(handedBack ? 0 : this.retrySeconds);
    await this.noteFailure(reason);
  }

  private async noteFailure(reason: string): Promise<void> {
    try {
      await this.parts.ledger.markFailed(this.job.id, reason);
    } catch (error) {
      this.parts.log.warn('failure-not-noted', { jobId: this.job.id, reason: reasonOf(error) });
    }
  }

  private async giveBack(afterSeconds: number): Promise<void> {
    try {
      await this.lease.release(afterSeconds);
    } catch (error) {
      // It becomes visible by itself when its time-out ends.
      this.parts.log.warn('job-not-given-back', { jobId: this.job.id, reason: reasonOf(error) });
    }
  }

  private get retrySeconds(): number {
    const { retrySeconds } = this.parts.configuration;
    return Math.min(retrySeconds * 2 ** Math.min(this.job.deliveries - 1, 10), LONGEST_RETRY_SECONDS);
  }
}
