import { ChangeMessageVisibilityCommand, SQSClient, SQSServiceException } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { JobLease } from '../../instance/worker-agent/jobs/job-lease';

const HOUR = 3_600_000;

/** A queue that keeps to what SQS does at the end of 12 hours. */
class FakeQueue {
  public readonly asked: number[] = [];
  public answer: () => Promise<object> = () => Promise.resolve({});
  private readonly receivedAt = Date.now();

  public lease(visibilitySeconds: number): JobLease {
    return new JobLease({ send: this.send } as unknown as SQSClient, 'queue', 'receipt', visibilitySeconds);
  }

  private readonly send = ({ input }: ChangeMessageVisibilityCommand): Promise<object> => {
    const seconds = input.VisibilityTimeout ?? NaN;
    this.asked.push(seconds);
    return Date.now() - this.receivedAt + seconds * 1000 > 12 * HOUR
      ? Promise.reject(refusal('InvalidParameterValue'))
      : this.answer();
  };
}

const refusal = (name: string) =>
  new SQSServiceException({ name, message: 'refused', $fault: 'client', $metadata: { httpStatusCode: 400 } });

describe('the lease of a job', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('is renewed after each third, and never lost while that gets through', async () => {
    const queue = new FakeQueue();
    const lease = queue.lease(60);
    await vi.advanceTimersByTimeAsync(HOUR);
    expect(lease.signal.aborted).toBe(false);
    expect(queue.asked).toHaveLength(180);
    lease.end();
    await vi.advanceTimersByTimeAsync(HOUR);
    expect(queue.asked).toHaveLength(180);
  });

  test.each([60, 3_600, 43_200])('of %d s at a time lasts for a job as long as SQS allows', async (visibility) => {
    const queue = new FakeQueue();
    const lease = queue.lease(visibility);
    await vi.advanceTimersByTimeAsync(43_000 * 1000);
    expect(lease.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(200 * 1000);
    expect(lease.signal.aborted).toBe(true);
  });

  test.each([
    'InvalidParameterValue',
    'InvalidParameterValueException',
    'MessageNotInflight',
    'ReceiptHandleIsInvalid',
  ])('is lost when SQS says %s', async (name) => {
    const queue = new FakeQueue();
    const lease = queue.lease(60);
    queue.answer = () => Promise.reject(refusal(name));
    await vi.advanceTimersByTimeAsync(20_000);
    expect([lease.signal.aborted, queue.asked]).toEqual([true, [60]]);
  });

  test('outlives calls that fail for a while, which are made again soon', async () => {
    const queue = new FakeQueue();
    const lease = queue.lease(60);
    queue.answer = () => Promise.reject(refusal('RequestThrottled'));
    await vi.advanceTimersByTimeAsync(40_000);
    expect(queue.asked.length).toBeGreaterThan(3);
    queue.answer = () => Promise.resolve({});
    await vi.advanceTimersByTimeAsync(HOUR);
    expect(lease.signal.aborted).toBe(false);
  });

  test('is lost before its end when a call never returns', async () => {
    const queue = new FakeQueue();
    const lease = queue.lease(60);
    queue.answer = () => new Promise(() => undefined);
    await vi.advanceTimersByTimeAsync(53_900);
    expect(lease.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    expect(lease.signal.aborted).toBe(true);
  });

  test('is given back within the 12 hours, too', async () => {
    const queue = new FakeQueue();
    const lease = queue.lease(43_200);
    await vi.advanceTimersByTimeAsync(42_900 * 1000);
    await lease.release(900);
    expect(queue.asked.at(-1)).toBeLessThanOrEqual(300);
  });
});
