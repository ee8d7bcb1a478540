import { Duration } from 'aws-cdk-lib';

/** Which images outlive the count. */
export interface KeepLastOptions {
  /**
   * An AMI that was launched within this time is kept, however many are newer: 3 to 365 whole days. Fleets of the image
   * replace each instance two days before it reaches this age, so that no AMI goes unlaunched that an instance runs.
   *
   * @default Duration.days(90)
   */
  readonly unusedFor?: Duration;
}
