import { Adapter } from './adapter';
import { FLEET_NAME } from './fleet-name';
import { HOSTED_ZONE } from './hosted-zone';
import * as imported from './imported-resources';
import { METRIC } from './metric';
import { DURATION, SIZE } from './quantities';
import { VPC } from './vpc';

export * from './adapter';

/** The types that stand in a file in a form of their own. */
export const ADAPTERS: Readonly<Record<string, Adapter>> = {
  ScalableFleet: FLEET_NAME,
  'aws-cdk-lib.Duration': DURATION,
  'aws-cdk-lib.Size': SIZE,
  'aws-cdk-lib.aws_certificatemanager.ICertificate': imported.CERTIFICATE,
  'aws-cdk-lib.aws_cloudwatch.IAlarm': imported.ALARM,
  'aws-cdk-lib.aws_cloudwatch.IMetric': METRIC,
  'aws-cdk-lib.aws_ec2.IVpc': VPC,
  'aws-cdk-lib.aws_kms.IKey': imported.KEY,
  'aws-cdk-lib.aws_logs.ILogGroup': imported.LOG_GROUP,
  'aws-cdk-lib.aws_route53.IHostedZone': HOSTED_ZONE,
  'aws-cdk-lib.aws_s3.IBucket': imported.BUCKET,
  'aws-cdk-lib.aws_secretsmanager.ISecret': imported.SECRET,
  'aws-cdk-lib.aws_sns.ITopic': imported.TOPIC,
  'aws-cdk-lib.aws_sqs.IQueue': imported.QUEUE,
};
