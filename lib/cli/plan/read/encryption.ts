import { Properties } from './stack-source';
import { listOf, objectOf, StackTemplate } from './stack-template';

/** What is encrypted at rest. */
export interface EncryptionPosture {
  /** Volumes, buckets, queues, tables and topics that are encrypted. */
  readonly encrypted: number;
  /** Those that are not. */
  readonly unencrypted: readonly string[];
}

/** Whether the data of a resource is encrypted at rest, each for its own: a launch template has several volumes. */
const RULES: Record<string, (properties: Properties) => boolean[]> = {
  'AWS::EC2::LaunchTemplate': ({ LaunchTemplateData }) => volumes(objectOf(LaunchTemplateData).BlockDeviceMappings),
  'AWS::ImageBuilder::ImageRecipe': ({ BlockDeviceMappings }) => volumes(BlockDeviceMappings),
  // Since January 2023 S3 encrypts every new object: https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html
  'AWS::S3::Bucket': () => [true],
  // Since October 2022 queues are encrypted unless a template says otherwise:
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-sqs-sse-queue.html
  'AWS::SQS::Queue': ({ SqsManagedSseEnabled, KmsMasterKeyId }) => [
    SqsManagedSseEnabled !== false || KmsMasterKeyId !== undefined,
  ],
  // DynamoDB has no tables without: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/EncryptionAtRest.html
  'AWS::DynamoDB::Table': () => [true],
  'AWS::SNS::Topic': ({ KmsMasterKeyId }) => [KmsMasterKeyId !== undefined],
};

export function encryptionOf(template: StackTemplate): EncryptionPosture {
  const verdicts = Object.entries(RULES).flatMap(([type, rule]) =>
    template
      .ofType(type)
      .flatMap((resource) =>
        rule(resource.properties).map((encrypted) => ({ encrypted, where: template.where(resource) })),
      ),
  );
  return {
    encrypted: verdicts.filter(({ encrypted }) => encrypted).length,
    unencrypted: verdicts.filter(({ encrypted }) => !encrypted).map(({ where }) => where),
  };
}

function volumes(mappings: unknown): boolean[] {
  return listOf(mappings).flatMap(({ Ebs }) => (Ebs === undefined ? [] : [objectOf(Ebs).Encrypted === true]));
}
