import { RemovalPolicy } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

const DEFAULT_PREFIX = 'image-builds';

/** Where the logs of image builds and tests go. Image Builder always writes to CloudWatch Logs. */
export class ImageLogs {
  /**
   * To a log group.
   *
   * @param logGroup the log group; without it, one with a retention of a month is made, which is deleted with the stack.
   * CloudWatch Logs encrypts it. A build writes some megabytes at 0.50 USD per GB (us-east-1 list price, 2026).
   */
  public static toLogGroup(logGroup?: logs.ILogGroup): ImageLogs {
    return new ImageLogs(logGroup);
  }

  /**
   * To a bucket, and to a log group that is kept for a week.
   *
   * @param bucket a bucket that the build instances reach; its encryption key, if it has one, is granted as well
   * @param prefix what the keys of the logs begin with, `image-builds` unless given
   */
  public static toBucket(bucket: s3.IBucket, prefix?: string): ImageLogs {
    return new ImageLogs(undefined, bucket, prefix ?? DEFAULT_PREFIX, logs.RetentionDays.ONE_WEEK);
  }

  private constructor(
    private readonly logGroup?: logs.ILogGroup,
    /** @internal */
    public readonly _bucket?: s3.IBucket,
    /** @internal */
    public readonly _prefix: string = DEFAULT_PREFIX,
    private readonly retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH,
  ) {}

  /** @internal */
  public _logGroupFor(image: Construct): logs.ILogGroup {
    return (
      this.logGroup ??
      new logs.LogGroup(image, 'Logs', { retention: this.retention, removalPolicy: RemovalPolicy.DESTROY })
    );
  }
}
