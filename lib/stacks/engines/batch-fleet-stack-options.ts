import { Duration } from 'aws-cdk-lib';
import { InstanceStackOptions } from '../instance-stack-options';

/** What a queue of AWS Batch is made from, beside what every stack has. Its image needs `ImageComponent.ecsAgent()`. */
export interface BatchFleetStackOptions extends InstanceStackOptions {
  /**
   * How long jobs that run may go on when their instances are replaced, because the image or the capacity changes, from
   * 1 minute to 5 days. Then they are ended, and tried again as their retry strategy says.
   *
   * @default Duration.minutes(30), the default of AWS Batch
   */
  readonly updateTimeout?: Duration;
}
