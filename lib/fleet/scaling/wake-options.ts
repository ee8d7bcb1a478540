import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as sqs from 'aws-cdk-lib/aws-sqs';

/** How a fleet without instances comes back. */
export interface WakeOptions {
  /**
   * Number of instances that are started. A fleet that counts vCPUs or work counts them as instances of its first type.
   *
   * @default 1
   */
  readonly instances?: number;
}

/** Waking by messages in a queue. */
export interface QueueWakeOptions extends WakeOptions {
  /** The queue that the instances take work from. */
  readonly queue: sqs.IQueue;
}

/** Waking by an alarm. */
export interface AlarmWakeOptions extends WakeOptions {
  /**
   * The alarm. It must end when instances have come, or it starts more. A composite alarm cannot start instances.
   */
  readonly alarm: cloudwatch.Alarm;
}
