import { ChangeMessageVisibilityCommand, SQSClient, SQSServiceException } from '@aws-sdk/client-sqs';

/**
 * What SQS says of a message that is not ours any more. Most often it is the one that its API reference does not have,
 * "Message does not exist or is not available for visibility timeout change":
 * https://github.com/aws/aws-sdk-java/issues/1628, https://github.com/aws/aws-sdk-net/issues/1927. Some protocols put
 * `Exception` behind it.
 */
const LOST = new Set([
  'MessageNotInflight',
  'ReceiptHandleIsInvalid',
  'InvalidParameterValue',
  'AWS.SimpleQueueService.MessageNotInflight',
]);

/**
 * 12 hours, less a long poll and a margin: SQS counts from the request by which the message was received, and refuses
 * every renewal beyond.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
 */
const LONGEST_MILLISECONDS = (43_200 - 30) * 1000;

/** How long before its end a lease that was not renewed is lost, so that the job has ended when another instance has it. */
const LONGEST_MARGIN_MILLISECONDS = 10_000;

/**
 * Keeps a job to this instance while it runs: renews the visibility time-out after each third of it, and tells when the
 * lease is lost, because SQS says so or because no renewal got through in time.
 */
export class JobLease {
  private readonly lost = new AbortController();
  private readonly lastEnd = Date.now() + LONGEST_MILLISECONDS;
  private renewal?: NodeJS.Timeout;
  private expiry?: NodeJS.Timeout;
  private ended = false;

  public constructor(
    private readonly client: SQSClient,
    private readonly queueUrl: string,
    private readonly receiptHandle: string,
    private readonly visibilitySeconds: number,
  ) {
    this.keepFor(this.longestFrom(visibilitySeconds), Date.now());
    this.renewIn(this.visibilitySeconds * 333);
  }

  /** Aborts when the job may be with another instance. */
  public get signal(): AbortSignal {
    return this.lost.signal;
  }

  /** Ends the renewals; the job becomes visible by itself unless it is deleted. */
  public end(): void {
    this.ended = true;
    clearTimeout(this.renewal);
    clearTimeout(this.expiry);
  }

  /** Ends the lease and makes the job visible to others. @param afterSeconds 0 for at once */
  public async release(afterSeconds: number): Promise<void> {
    this.end();
    if (!this.lost.signal.aborted) {
      await this.change(this.longestFrom(afterSeconds));
    }
  }

  private renewIn(milliseconds: number): void {
    if (!this.ended) {
      this.renewal = setTimeout(() => void this.renew(), milliseconds);
    }
  }

  private async renew(): Promise<void> {
    const started = Date.now();
    const seconds = this.longestFrom(this.visibilitySeconds);
    try {
      await this.change(seconds);
      this.keepFor(seconds, started);
      this.renewIn(this.visibilitySeconds * 333);
    } catch (error) {
      if (error instanceof SQSServiceException && LOST.has(error.name.replace(/Exception$/, ''))) {
        this.lose();
      }
      this.renewIn(this.visibilitySeconds * 100);
    }
  }

  /** No more than SQS allows in all. */
  private longestFrom(seconds: number): number {
    return Math.max(0, Math.min(seconds, Math.floor((this.lastEnd - Date.now()) / 1000)));
  }

  private keepFor(seconds: number, from: number): void {
    clearTimeout(this.expiry);
    if (!this.ended) {
      const margin = Math.min(this.visibilitySeconds * 100, LONGEST_MARGIN_MILLISECONDS);
      this.expiry = setTimeout(() => this.lose(), from + seconds * 1000 - margin - Date.now());
    }
  }

  private lose(): void {
    if (!this.ended) {
      this.end();
      this.lost.abort(new Error('the lease of the job was lost'));
    }
  }

  private async change(seconds: number): Promise<void> {
    const request = { QueueUrl: this.queueUrl, ReceiptHandle: this.receiptHandle, VisibilityTimeout: seconds };
    const patience = AbortSignal.timeout(Math.max(1000, this.visibilitySeconds * 333));
    await this.client.send(new ChangeMessageVisibilityCommand(request), { abortSignal: patience });
  }
}
