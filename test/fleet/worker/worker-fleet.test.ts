import * as fs from 'node:fs';
import { Duration, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { describe, expect, test } from 'vitest';
import { readConfiguration } from '../../../instance/common/read-configuration';
import { WorkerConfiguration } from '../../../instance/worker-agent/worker-configuration';
import workerSchema from '../../../instance/worker-agent/worker-configuration.schema.json';
import {
  FleetCapacity,
  FleetDrain,
  FleetRollout,
  JobHandler,
  JobIsolation,
  WorkerFleet,
  WorkerFleetProps,
} from '../../../lib';
import { newStack } from '../../support/fleet-app';
import { useScratchDirectory } from '../../support/scratch-directory';
import { CloudFormationTemplate, Json, onlyResource, resourcesOf, templateOf } from '../../support/template';
import { PROGRAM, workerFleet } from '../../support/worker-app';

const scratch = useScratchDirectory();

function workerTemplate(
  props: (stack: Stack) => Partial<WorkerFleetProps> = () => ({}),
  change: (fleet: WorkerFleet) => void = () => undefined,
): CloudFormationTemplate {
  const stack = newStack();
  change(workerFleet(props(stack), stack));
  return templateOf(stack);
}

const queueNamed = (template: CloudFormationTemplate, name: string) =>
  resourcesOf(template, 'AWS::SQS::Queue').find(([id]) => id.startsWith(`Workers${name}`))!;

/** The script of the first boot, with `<LogicalId>` for what is only known at deployment. */
function userDataOf(template: CloudFormationTemplate): string {
  const data = onlyResource(template, 'AWS::EC2::LaunchTemplate')[1].Properties.LaunchTemplateData;
  const parts: Json[] = data.UserData['Fn::Base64']['Fn::Join'][1];
  return parts.map((part) => (typeof part === 'string' ? part : `<${part.Ref}>`)).join('');
}

/** What the agent on the instance reads, checked as the agent does. */
function configurationIn(template: CloudFormationTemplate): WorkerConfiguration {
  const [, path, json] = /^cat >(\S+) <<'END'\n(.*)\nEND$/m.exec(userDataOf(template))!;
  expect(path).toBe('/etc/graviton/worker.json');
  const file = scratch();
  fs.writeFileSync(file, json);
  return readConfiguration<WorkerConfiguration>(file, workerSchema);
}

describe('the jobs', () => {
  test('wait in an encrypted queue, and go to another after ten deliveries', () => {
    const template = workerTemplate();
    const [deadId, dead] = queueNamed(template, 'DeadJobs');
    expect(queueNamed(template, 'Jobs')[1].Properties).toEqual({
      SqsManagedSseEnabled: true,
      VisibilityTimeout: 60,
      MessageRetentionPeriod: 4 * 86_400,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [deadId, 'Arn'] }, maxReceiveCount: 10 },
    });
    const results = queueNamed(template, 'Results')[1];
    for (const { Properties } of [dead, results]) {
      expect(Properties).toEqual({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 14 * 86_400 });
    }
  });

  test('are known by a ledger that forgets by itself and can be restored', () => {
    const [, ledger] = onlyResource(workerTemplate(), 'AWS::DynamoDB::Table');
    expect(ledger.Properties).toMatchObject({
      KeySchema: [{ AttributeName: 'jobId', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    expect(ledger).toMatchObject({ DeletionPolicy: 'Retain' });
  });

  test('have big results in a private bucket, for as long as was said', () => {
    const template = workerTemplate(() => ({ jobs: { handler: PROGRAM, resultRetention: Duration.days(7) } }));
    const [, { Properties }] = onlyResource(template, 'AWS::S3::Bucket');
    expect(Properties.PublicAccessBlockConfiguration.BlockPublicPolicy).toBe(true);
    expect(Properties.LifecycleConfiguration.Rules[0].ExpirationInDays).toBe(7);
  });

  test('may come from a queue that exists already, and from its key', () => {
    const template = workerTemplate((stack) => {
      const encryptionMasterKey = new kms.Key(stack, 'Key');
      const queue = new sqs.Queue(stack, 'Mine', { encryptionMasterKey, encryption: sqs.QueueEncryption.KMS });
      return { jobs: { handler: PROGRAM, queue } };
    });
    expect(resourcesOf(template, 'AWS::SQS::Queue').map(([id]) => id.slice(0, -8))).toEqual(['Mine', 'WorkersResults']);
    expect(configurationIn(template).queueUrl).toMatch(/^<Mine/);
    const statements = resourcesOf(template, 'AWS::IAM::Policy').flatMap(
      ([, { Properties }]) => Properties.PolicyDocument.Statement as Json[],
    );
    expect(statements.map(({ Action }) => Action)).toContain('kms:Decrypt');
  });
});

describe('the worker agent', () => {
  test('knows its queues, its ledger, its bucket, its hook and the program', () => {
    const template = workerTemplate((stack) => ({
      jobs: {
        handler: JobHandler.program({
          command: ['/opt/jobs/run', "it's", '"quoted"\n$HOME'],
          isolation: JobIsolation.NAMESPACES,
          environment: { BUCKET: new s3.Bucket(stack, 'Inputs').bucketName },
          timeout: Duration.minutes(5),
        }),
        slotsPerVcpu: 0.5,
        visibilityTimeout: Duration.minutes(2),
      },
      lifecycle: { drain: FleetDrain.within(Duration.seconds(90)) },
    }));
    const ref = (type: string) => `<${onlyResource(template, type)[0]}>`;
    const results = resourcesOf(template, 'AWS::S3::Bucket').find(([id]) => id.includes('ResultBucket'))!;
    const inputs = resourcesOf(template, 'AWS::S3::Bucket').find(([id]) => id.includes('Inputs'))!;
    expect(configurationIn(template)).toMatchObject({
      queueUrl: `<${queueNamed(template, 'Jobs')[0]}>`,
      ledgerTable: ref('AWS::DynamoDB::Table'),
      slotsPerVcpu: 0.5,
      visibilitySeconds: 120,
      handler: {
        program: {
          command: ['/opt/jobs/run', "it's", '"quoted"\n$HOME'],
          isolation: 'namespaces',
          environment: { BUCKET: `<${inputs[0]}>` },
          timeoutSeconds: 300,
        },
      },
      results: {
        queueUrl: `<${queueNamed(template, 'Results')[0]}>`,
        bucket: `<${results[0]}>`,
        prefix: 'results/',
      },
      lifecycleHookName: 'drain',
      hookSeconds: 130,
      drainSeconds: 90,
      // Longer than SQS keeps any message.
      recordDays: 14,
    });
  });

  test('posts jobs to the server of the image', () => {
    const template = workerTemplate(() => ({ jobs: { handler: JobHandler.server({ path: '/v1/jobs' }) } }));
    expect(configurationIn(template).handler).toEqual({
      server: { url: 'http://127.0.0.1:8080/v1/jobs', timeoutSeconds: 3600 },
    });
  });

  test('is started when its configuration is there, as root only to start units for jobs', () => {
    const script = userDataOf(workerTemplate());
    const start = 'systemctl start --no-block graviton-worker-agent.service';
    expect(script.indexOf(start)).toBeGreaterThan(script.indexOf('\nEND\n'));
    expect(script).not.toContain('User=root');
    const handler = JobHandler.program({ command: ['/bin/true'], isolation: JobIsolation.SYSTEMD });
    const root = userDataOf(workerTemplate(() => ({ jobs: { handler } })));
    expect(root.indexOf(start)).toBeGreaterThan(root.indexOf("printf '[Service]\\nUser=root\\n' >"));
  });

  test('may do what it does, on what is its own, and nothing else', () => {
    const template = workerTemplate();
    const arn = ([id]: [string, unknown], attribute = 'Arn') => ({ 'Fn::GetAtt': [id, attribute] });
    const statementsOf = (part: string): Json[] =>
      resourcesOf(template, 'AWS::IAM::Policy').find(([id]) => id.includes(part))![1].Properties.PolicyDocument
        .Statement;
    const statement = (Action: unknown, Resource: unknown) => ({ Effect: 'Allow', Action, Resource });
    const [metrics, ...others] = statementsOf('InstanceRoleDefaultPolicy');
    expect(metrics.Action).toBe('cloudwatch:PutMetricData');
    // There before the first instance, because the group waits for this policy.
    expect(others).toEqual([
      statement(
        ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:ReceiveMessage'],
        arn(queueNamed(template, 'Jobs')),
      ),
      statement('sqs:SendMessage', arn(queueNamed(template, 'Results'))),
      statement('dynamodb:UpdateItem', arn(onlyResource(template, 'AWS::DynamoDB::Table'))),
      statement('s3:PutObject', { 'Fn::Join': ['', [arn(onlyResource(template, 'AWS::S3::Bucket')), '/results/*']] }),
    ]);
    expect(statementsOf('WorkerPolicy')).toEqual([
      statement(
        [
          'autoscaling:CompleteLifecycleAction',
          'autoscaling:RecordLifecycleActionHeartbeat',
          'autoscaling:SetInstanceProtection',
        ],
        arn(onlyResource(template, 'AWS::AutoScaling::AutoScalingGroup'), 'AutoScalingGroupARN'),
      ),
    ]);
  });
});

describe('the group', () => {
  const groupOf = (template: CloudFormationTemplate) => onlyResource(template, 'AWS::AutoScaling::AutoScalingGroup')[1];

  test('lets instances finish, replaces them while they work, and asks no load balancer for their health', () => {
    const { Properties, UpdatePolicy } = groupOf(workerTemplate());
    expect(Properties.LifecycleHookSpecificationList).toMatchObject([
      {
        LifecycleHookName: 'drain',
        LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
        HeartbeatTimeout: 150,
      },
    ]);
    expect(Properties.HealthCheckType).toBe('EC2');
    expect(UpdatePolicy.AutoScalingInstanceRefresh.Preferences.ScaleInProtectedInstances).toBe('Refresh');
  });

  test('is reached by nobody', () => {
    const template = workerTemplate();
    const [, group] = onlyResource(template, 'AWS::EC2::SecurityGroup');
    expect(group.Properties.SecurityGroupIngress).toBeUndefined();
    expect(resourcesOf(template, 'AWS::EC2::SecurityGroupIngress')).toEqual([]);
  });

  test('wakes by a job when it may be empty, and not otherwise', () => {
    const sleeping = FleetCapacity.spotFirst({ instanceTypes: ['m9g.4xlarge'], minInstances: 0, maxInstances: 4 });
    const rollout = FleetRollout.rolling();
    const template = workerTemplate(() => ({ capacity: sleeping, rollout }));
    const [, alarm] = onlyResource(template, 'AWS::CloudWatch::Alarm');
    expect(JSON.stringify(alarm)).toContain(queueNamed(template, 'Jobs')[0]);
    expect(
      resourcesOf(
        workerTemplate(() => ({ rollout })),
        'AWS::CloudWatch::Alarm',
      ),
    ).toEqual([]);
  });

  test('scales on the jobs that wait per instance, by the slots of its smallest type', () => {
    const template = workerTemplate(
      () => ({ jobs: { handler: PROGRAM, slotsPerVcpu: 0.5 } }),
      (fleet) => fleet.scaleOnJobs({ acceptableLatency: Duration.minutes(5), timePerJob: Duration.seconds(30) }),
    );
    const [, policy] = onlyResource(template, 'AWS::AutoScaling::ScalingPolicy');
    // m8g.2xlarge has 8 vCPUs and so 4 slots: each works off 10 jobs in five minutes.
    expect(policy.Properties.TargetTrackingConfiguration.TargetValue).toBe(40);
  });
});
