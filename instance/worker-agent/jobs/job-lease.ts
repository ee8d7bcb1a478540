import { ChangeMessageVisibilityCommand, SQSClient, SQSServiceException } from '@aws-sdk/client-sqs';

/** What SQS says of a message that is not ours any more. */
const LOST = new Set([
  'MessageNotInflight',
  'ReceiptHandleIsInvalid',
  'InvalidParameterValue',
  'AWS.SimpleQueueService.MessageNotInflight',
]);

/**
 * Keeps a job to this instance while it runs: renews the visibility time-out after each third of it, and tells when the
 * lease is lost, because SQS says so or because no renewal got through in time.
 */
export class JobLease {
  private readonly lost = new AbortController();
  private renewedAt = Date.now();
  private timer?: NodeJS.Timeout;
  private ended = false;

  public constructor(
    private readonly client: SQSClient,
    private readonly queueUrl: string,
    private readonly receiptHandle: string,
    private readonly visibilitySeconds: number,
  ) {
    this.schedule();
  }

  /** Aborts when the job may be with another instance. */
  public get signal(): AbortSignal {
    return this.lost.signal;
  }

  /** Ends the renewals; the job becomes visible by itself unless it is deleted. */
  public end(): void {
    this.ended = true;
    clearTimeout(this.timer);
  }

  /** Ends the lease and makes the job visible to others. @param afterSeconds 0 for at once */
  public async release(afterSeconds: number): Promise<void> {
    this.end();
    if (!this.lost.signal.aborted) {
      await this.change(afterSeconds);
    }
  }

  private schedule(): void {
    if (this.ended) {
      return;
    }
    this.timer = setTimeout(() => {
      void this.renew().finally(() => this.schedule());
    }, this.visibilitySeconds * 333);
  }

  private async renew(): Promise<void> {
    const started = Date.now();
    try {
      await this.change(this.visibilitySeconds);
      this.renewedAt = started;
    } catch (error) {
      const refused = error instanceof SQSServiceException && LOST.has(error.name);
      if (!this.ended && (refused || Date.now() - this.renewedAt >= this.visibilitySeconds * 900)) {
        this.end();
        this.lost.abort(new Error('the lease of the job was lost'));
      }
    }
  }

  private async change(seconds: number): Promise<void> {
    const request = { QueueUrl: this.queueUrl, ReceiptHandle: this.receiptHandle, VisibilityTimeout: seconds };
    const patience = AbortSignal.timeout(Math.max(1000, this.visibilitySeconds * 500));
    await this.client.send(new ChangeMessageVisibilityCommand(request), { abortSignal: patience });
  }
}
