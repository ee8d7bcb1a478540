import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { TextAdapter } from './adapter';
import { importOnce } from './import-once';

const ACCOUNT = '123456789012';

/** The resource behind an ARN of this service; `resource` is a regular expression for what follows the account. */
function byArn(
  is: string,
  service: string,
  resource: string,
  example: string,
  make: (scope: Construct, id: string, arn: string) => unknown,
): TextAdapter {
  return {
    is: `the ARN of ${is}`,
    pattern: `^arn:aws[a-z-]*:${service}:[a-z0-9-]+:[0-9]{12}:${resource}$`,
    example: `arn:aws:${service}:us-east-1:${ACCOUNT}:${example}`,
    make: (arn, context) => importOnce(context, arn, (scope, id) => make(scope, id, arn) as Construct),
  };
}

export const TOPIC = byArn('an SNS topic', 'sns', '[A-Za-z0-9_.-]+', 'alerts', (scope, id, arn) =>
  sns.Topic.fromTopicArn(scope, id, arn),
);

export const QUEUE = byArn('an SQS queue', 'sqs', '[A-Za-z0-9_.-]+', 'jobs', (scope, id, arn) =>
  sqs.Queue.fromQueueArn(scope, id, arn),
);

export const KEY = byArn('a KMS key', 'kms', 'key/[A-Za-z0-9-]+', `key/${ACCOUNT}`, (scope, id, arn) =>
  kms.Key.fromKeyArn(scope, id, arn),
);

export const CERTIFICATE = byArn(
  'a certificate in AWS Certificate Manager',
  'acm',
  'certificate/[A-Za-z0-9-]+',
  'certificate/12345678-1234-1234-1234-123456789012',
  (scope, id, arn) => acm.Certificate.fromCertificateArn(scope, id, arn),
);

/** The whole ARN, with the six characters that Secrets Manager adds to the name. */
export const SECRET = byArn(
  'a secret in Secrets Manager',
  'secretsmanager',
  'secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}',
  'secret:chat/api-keys-a1b2c3',
  (scope, id, arn) => secretsmanager.Secret.fromSecretCompleteArn(scope, id, arn),
);

export const ALARM = byArn('a CloudWatch alarm', 'cloudwatch', 'alarm:.+', 'alarm:errors', (scope, id, arn) =>
  cloudwatch.Alarm.fromAlarmArn(scope, id, arn),
);

export const BUCKET: TextAdapter = {
  is: 'the name of an S3 bucket',
  pattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$',
  example: 'my-access-logs',
  make: (name, context) =>
    importOnce(context, `Bucket ${name}`, (scope, id) => s3.Bucket.fromBucketName(scope, id, name) as s3.Bucket),
};

export const LOG_GROUP: TextAdapter = {
  is: 'the name of a log group in CloudWatch Logs',
  pattern: '^[A-Za-z0-9_./#-]{1,512}$',
  example: '/fleets/images',
  make: (name, context) =>
    importOnce(
      context,
      `LogGroup ${name}`,
      (scope, id) => logs.LogGroup.fromLogGroupName(scope, id, name) as logs.LogGroup,
    ),
};
