import { Duration } from 'aws-cdk-lib';

/** Half a minute of good answers before an instance gets requests, and of bad ones before it gets none. */
export const HEALTH_CHECK = {
  interval: Duration.seconds(15),
  healthyThresholdCount: 2,
  unhealthyThresholdCount: 2,
};
