import { Stack } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledgeFindings } from '../../../validation';
import { groupResource, HOOK_ACTIONS } from '../../lifecycle/private/create-drain';
import { RESULT_PREFIX } from './configure-worker';
import { JobStores } from './create-job-stores';

/** What the worker agent does on the instance, and nothing that the library's own grants would add to it. */
export function grantWorker(
  fleet: Construct,
  role: iam.Role,
  group: autoscaling.AutoScalingGroup,
  { queue, resultQueue, resultBucket, ledger }: JobStores,
): void {
  const objects = resultBucket.arnForObjects(`${RESULT_PREFIX}*`);
  const statements = [
    allow([queue.queueArn], 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'),
    allow([resultQueue.queueArn], 'sqs:SendMessage'),
    allow([ledger.tableArn], 'dynamodb:UpdateItem'),
    allow([objects], 's3:PutObject'),
  ];
  statements.forEach((statement) => role.addToPolicy(statement));
  queue.encryptionMasterKey?.grantDecrypt(role);
  // A policy of its own: the group waits for the role's default policy, and this one names the group.
  new iam.Policy(fleet, 'WorkerPolicy', {
    roles: [role],
    statements: [
      allow([groupResource(group).attrAutoScalingGroupArn], 'autoscaling:SetInstanceProtection', ...HOOK_ACTIONS),
    ],
  });
  const bucketId = Stack.of(fleet).getLogicalId(resultBucket.node.defaultChild as s3.CfnBucket);
  acknowledgeFindings(role, {
    id: `AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/${RESULT_PREFIX}*]`,
    reason: 'The agent gives each result a key of its own; it may write below the prefix, and read nothing.',
  });
}

function allow(resources: string[], ...actions: string[]): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions, resources });
}
