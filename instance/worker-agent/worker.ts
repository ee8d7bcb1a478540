import { setTimeout as sleep } from 'node:timers/promises';
import { ChangeMessageVisibilityCommand, Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { deadlineOf, Interruption } from '../common/interruption';
import { reasonOf } from '../common/json-log';
import { Job, JOB_ID_ATTRIBUTE, jobOf } from './jobs/job';
import { ExecutionParts, JobExecution } from './jobs/job-execution';
import { BusySignal } from './scale-in-protection';

const MOST_MESSAGES = 10;
const LONGEST_PAUSE_MILLISECONDS = 30_000;
const HAND_BACK_MILLISECONDS = 5_000;

/** What the worker works with. */
export interface WorkerParts extends ExecutionParts {
  readonly slots: number;
  readonly busy: BusySignal;
}

/**
 * Takes jobs from the queue as long as it has free slots, so that each job that it takes starts at once. Once interrupted
 * it takes no more, lets the running jobs finish until the deadline, and then hands the rest back.
 */
export class Worker {
  private readonly running = new Map<JobExecution, Promise<void>>();
  private readonly interruptions: Interruption[] = [];
  private readonly over = new AbortController();
  private since?: number;
  private wakeUp: () => void = () => undefined;
  private sayFree: () => void = () => undefined;
  private failures = 0;

  public constructor(private readonly parts: WorkerParts) {}

  /** Ends the taking of jobs. May be called with each further interruption, which can only shorten the deadline. */
  public interrupt(interruption: Interruption): void {
    this.interruptions.push(interruption);
    this.since ??= Date.now();
    this.wakeUp();
  }

  /** @returns settles when an interruption has come and no job is left */
  public async run(): Promise<void> {
    const receiving = this.receiveUntilInterrupted();
    while (this.since === undefined) {
      await this.pause();
    }
    const { log } = this.parts;
    log.info('drain-started', { running: this.running.size, deadline: new Date(this.deadline).toISOString() });
    this.parts.busy.stop();
    await this.finishUntilDeadline(receiving);
    this.over.abort();
    await this.handBackTheRest();
    log.info('drained', { seconds: (Date.now() - this.since) / 1000 });
  }

  private get deadline(): number {
    return deadlineOf(this.interruptions, this.since ?? Date.now(), this.parts.configuration);
  }

  private async receiveUntilInterrupted(): Promise<void> {
    while (this.since === undefined) {
      const free = this.parts.slots - this.running.size;
      if (free <= 0) {
        await this.freeSlot();
        continue;
      }
      const messages = await this.receive(Math.min(free, MOST_MESSAGES));
      if (this.since === undefined) {
        messages.forEach((message) => this.take(message));
      } else {
        // They came while the interruption did; nothing of them was begun.
        await Promise.all(messages.map((message) => this.giveBack(message, 0)));
      }
    }
  }

  /** Not a race of the running jobs: the longest would keep a handler for each that ends before it. */
  private freeSlot(): Promise<void> {
    return new Promise((resolve) => (this.sayFree = resolve));
  }

  private async receive(most: number): Promise<Message[]> {
    const { sqs, configuration, log } = this.parts;
    try {
      const request = {
        QueueUrl: configuration.queueUrl,
        MaxNumberOfMessages: most,
        WaitTimeSeconds: this.waitSeconds,
        VisibilityTimeout: configuration.visibilitySeconds,
        MessageSystemAttributeNames: ['ApproximateReceiveCount' as const],
        MessageAttributeNames: [JOB_ID_ATTRIBUTE],
      };
      const { Messages } = await sqs.send(new ReceiveMessageCommand(request), { abortSignal: this.over.signal });
      this.failures = 0;
      return Messages ?? [];
    } catch (error) {
      if (!this.over.signal.aborted) {
        this.failures += 1;
        log.error('receive-failed', { reason: reasonOf(error) });
        const pause = Math.min(1000 * 2 ** Math.min(this.failures - 1, 5), LONGEST_PAUSE_MILLISECONDS);
        await sleep(pause * (0.5 + Math.random() / 2), undefined, { signal: this.over.signal }).catch(() => undefined);
      }
      return [];
    }
  }

  /** A poll that outlives the drain could receive, and keep for its visibility time-out, what was just handed back. */
  private get waitSeconds(): number {
    const { waitSeconds, drainSeconds } = this.parts.configuration;
    return Math.min(waitSeconds, Math.max(1, Math.floor(drainSeconds / 2)));
  }

  private take(message: Message): void {
    let job: Job;
    try {
      job = jobOf(message);
    } catch (error) {
      // Left to the queue's redrive policy, which moves it to the dead-letter queue.
      this.parts.log.error('job-refused', { messageId: message.MessageId, reason: reasonOf(error) });
      void this.giveBack(message, this.parts.configuration.retrySeconds);
      return;
    }
    const execution = new JobExecution(job, this.parts);
    this.parts.busy.setBusy(true);
    const ended = execution.run().then(() => {
      this.running.delete(execution);
      this.sayFree();
      this.parts.busy.setBusy(this.running.size > 0);
      this.wakeUp();
    });
    this.running.set(execution, ended);
  }

  private async giveBack(message: Message, afterSeconds: number): Promise<void> {
    const { sqs, configuration, log } = this.parts;
    const { ReceiptHandle, MessageId } = message;
    const request = { QueueUrl: configuration.queueUrl, ReceiptHandle, VisibilityTimeout: afterSeconds };
    try {
      await sqs.send(new ChangeMessageVisibilityCommand(request));
    } catch (error) {
      log.warn('message-not-given-back', { messageId: MessageId, reason: reasonOf(error) });
    }
  }

  /** The deadline is read again after each wake-up, because a further notice can bring it nearer. */
  private async finishUntilDeadline(receiving: Promise<void>): Promise<void> {
    let received = false;
    void receiving.then(() => {
      received = true;
      this.wakeUp();
    });
    while ((this.running.size > 0 || !received) && Date.now() < this.deadline) {
      await this.pause(this.deadline - Date.now());
    }
  }

  private async handBackTheRest(): Promise<void> {
    const rest = [...this.running];
    rest.forEach(([execution]) => execution.interrupt());
    const patience = sleep(HAND_BACK_MILLISECONDS, undefined, { ref: false });
    await Promise.race([Promise.all(rest.map(([, ended]) => ended)), patience]);
  }

  /** Waits until something changes, at most for a time. */
  private pause(milliseconds?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = milliseconds === undefined ? undefined : setTimeout(resolve, Math.max(0, milliseconds));
      this.wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
