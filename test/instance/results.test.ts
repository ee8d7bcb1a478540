import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { ResultMessage, ResultQueue } from '../../instance/worker-agent/results/result-queue';
import { ResultStore } from '../../instance/worker-agent/results/result-store';
import schema from '../../instance/worker-agent/worker-configuration.schema.json';

/** What a queue takes unless it is told otherwise, in bytes. */
const MOST_BYTES = 262_144;
const JOB_ID = 'j'.repeat(128);

function stores(inlineBytes: number, bucket?: string) {
  const objects: string[] = [];
  const messages: string[] = [];
  const s3 = { send: ({ input }: PutObjectCommand) => Promise.resolve(objects.push(input.Key!)) };
  const sqs = { send: ({ input }: SendMessageCommand) => Promise.resolve(messages.push(input.MessageBody!)) };
  const options = { bucket, prefix: 'results/', inlineBytes, maximumBytes: 1e9 };
  const store = new ResultStore(s3 as unknown as S3Client, options);
  const queue = new ResultQueue(sqs as unknown as SQSClient, 'queue');
  const deliver = async (result: Buffer): Promise<string> => {
    const stored = await store.store(JOB_ID, 1, result);
    await queue.send(JOB_ID, { done: true, attempt: 1_000_000, attempts: 1_000_000, result: stored }, true);
    return messages.at(-1)!;
  };
  return { deliver, objects };
}

describe('the message of a result', () => {
  const most = schema.properties.results.properties.inlineBytes.maximum;

  test.each(['results', undefined])('fits into a queue, however long it is, with the bucket %s', async (bucket) => {
    const { deliver, objects } = stores(most, bucket);
    // With the quotes of JSON the longest that is inline.
    const message = await deliver(Buffer.alloc(most - 2, 'x'));
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(MOST_BYTES);
    expect(objects).toEqual([]);
  });

  test('that is longer goes into the bucket, or fails without one', async () => {
    const { deliver, objects } = stores(most, 'results');
    await deliver(Buffer.alloc(most - 1, 'x'));
    expect(objects).toEqual([`results/${JOB_ID}/1`]);
    await expect(stores(most).deliver(Buffer.alloc(most - 1, 'x'))).rejects.toThrow('needs results.bucket');
  });

  test('has no character that SQS refuses, and says the same', async () => {
    const text = 'a\u0000\u001f\u007f\ufffd\ufffe\uffff\u{1f600}z';
    const message = await stores(most).deliver(Buffer.from(text));
    // #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF
    expect(message).toMatch(/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
    expect((JSON.parse(message) as ResultMessage).result.body).toBe(text);
  });
});
