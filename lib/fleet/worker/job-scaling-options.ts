import { Duration } from 'aws-cdk-lib';
import { TargetTrackingOptions } from '../scaling';

/** Scaling on the jobs that wait. */
export interface JobScalingOptions extends TargetTrackingOptions {
  /** How long a job may wait before an instance begins with it. */
  readonly acceptableLatency: Duration;
  /** How long an instance works on a job, on average, with all slots busy. */
  readonly timePerJob: Duration;
}
