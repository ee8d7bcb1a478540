import { Message } from '@aws-sdk/client-sqs';

/** The message attribute by which a producer names a job; sent twice under one name it is one job. */
export const JOB_ID_ATTRIBUTE = 'JobId';

/** Fit for the key of an object, an environment variable and a header. */
const JOB_ID = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/;

/** One delivery of one job. */
export interface Job {
  readonly id: string;
  readonly body: string;
  readonly receiptHandle: string;
  /** How often SQS has delivered it, this time included: approximate, as SQS says itself. */
  readonly deliveries: number;
}

/** @throws Error when the producer's name of the job is not fit for one */
export function jobOf(message: Message): Job {
  const id = message.MessageAttributes?.[JOB_ID_ATTRIBUTE]?.StringValue ?? message.MessageId ?? '';
  if (!JOB_ID.test(id)) {
    throw new Error(`the attribute ${JOB_ID_ATTRIBUTE} is not 1 to 128 letters, digits, dots, dashes or underscores`);
  }
  return {
    id,
    body: message.Body ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    deliveries: Number(message.Attributes?.ApproximateReceiveCount ?? 1),
  };
}
