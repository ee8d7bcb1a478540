import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/** Everything that may publish, and what keeps it from publishing for other accounts. */
const PUBLISHERS: Readonly<Record<string, () => iam.Conditions>> = {
  'cloudwatch.amazonaws.com': () => ({
    ...thisAccount(),
    ArnLike: { 'aws:SourceArn': `arn:${Aws.PARTITION}:cloudwatch:${Aws.REGION}:${Aws.ACCOUNT_ID}:alarm:*` },
  }),
  // https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html, read 2026-11-23
  'budgets.amazonaws.com': () => ({
    ...thisAccount(),
    ArnLike: { 'aws:SourceArn': `arn:${Aws.PARTITION}:budgets::${Aws.ACCOUNT_ID}:*` },
  }),
  // https://docs.aws.amazon.com/cost-management/latest/userguide/ad-SNS.html, read 2026-11-23
  'costalerts.amazonaws.com': thisAccount,
};

/** An encrypted topic for alarms, AWS Budgets and Cost Anomaly Detection. */
export function createAlertTopic(budget: Construct): sns.Topic {
  const key = new kms.Key(budget, 'TopicKey', {
    description: 'Encrypts the alerts of a fleet budget',
    enableKeyRotation: true,
    // It encrypts messages in transit and nothing that stays.
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const topic = new sns.Topic(budget, 'Topic', { masterKey: key, enforceSSL: true });
  for (const [service, conditions] of Object.entries(PUBLISHERS)) {
    const principals = [new iam.ServicePrincipal(service)];
    topic.addToResourcePolicy(
      new iam.PolicyStatement({
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        principals,
        conditions: conditions(),
      }),
    );
    // AWS documents no condition for these calls, and a message whose key is refused is lost without a word. Who may
    // publish is the topic's business; the key opens nothing else.
    key.addToResourcePolicy(
      new iam.PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey*'], resources: ['*'], principals }),
    );
  }
  return topic;
}

function thisAccount(): iam.Conditions {
  return { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } };
}
