import * as path from 'node:path';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { requireBuiltFiles } from '../../../image/private/require-built-files';
import { acknowledgeFindings } from '../../../validation';
import { METER_NAMESPACE } from './meter-metrics';

/** Where the function is built, in the package. */
export const METER_FUNCTION = path.join(__dirname, '..', '..', '..', '..', 'functions', 'build', 'fleet-meter');

/**
 * One whole vCPU (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html, read 2026-11-23): reading pages
 * is work for the processor, which costs the same with less memory and takes longer. It uses less than 512 MB.
 */
export const METER_MEMORY_MIB = 1769;

/** The longest that Lambda lets a function run. */
const LONGEST_RUN = Duration.minutes(15);

export interface MeterFunctionProps {
  readonly interval: Duration;
  readonly deadLetterQueue: sqs.IQueue;
  readonly logRetention: logs.RetentionDays;
  /** Where the function was built. @default - in the package */
  readonly directory?: string;
}

/**
 * The function that measures. A run that fails is tried up to twice more, for as long as its figures are of its time: Lambda
 * waits a minute before the second attempt and two before the third
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html, read 2026-11-23).
 */
export function createMeterFunction(meter: Construct, props: MeterFunctionProps): lambda.Function {
  const { interval, deadLetterQueue, logRetention, directory = METER_FUNCTION } = props;
  const files = [path.join(directory, 'index.js')];
  requireBuiltFiles(meter.node.path, { what: 'function', files, made: 'functions' });
  const logGroup = new logs.LogGroup(meter, 'Logs', {
    retention: logRetention,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const meterFunction = new lambda.Function(meter, 'Function', {
    description: 'Publishes what fleets cost and draw',
    architecture: lambda.Architecture.ARM_64,
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromAsset(directory),
    memorySize: METER_MEMORY_MIB,
    timeout: interval.toMilliseconds() < LONGEST_RUN.toMilliseconds() ? interval : LONGEST_RUN,
    // Its policy is complete, and the queue would grant itself to be read as well.
    role: createRole(meter, logGroup, deadLetterQueue).withoutPolicyUpdates(),
    logGroup,
    onFailure: new SqsDestination(deadLetterQueue),
    maxEventAge: interval,
    retryAttempts: 2,
  });
  // The role has its policy inside: to wait for it beside referring to it is what strict validation reports (W3005).
  (meterFunction.node.defaultChild as lambda.CfnFunction).addDeletionOverride('DependsOn');
  acknowledgeFindings(meterFunction, {
    id: 'AwsSolutions-L1',
    reason: 'The function is tested with this runtime; a newer version of cdk-graviton-fleet brings the next.',
  });
  return meterFunction;
}

function createRole(meter: Construct, logGroup: logs.ILogGroup, deadLetterQueue: sqs.IQueue): iam.Role {
  const statements: iam.PolicyStatementProps[] = [
    { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] },
    { actions: ['sqs:SendMessage'], resources: [deadLetterQueue.queueArn] },
    {
      actions: ['ec2:DescribeInstances', 'ec2:DescribeSpotPriceHistory', 'cloudwatch:GetMetricData'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:RequestedRegion': Stack.of(meter).region } },
    },
    {
      actions: ['cloudwatch:PutMetricData'],
      resources: ['*'],
      conditions: { StringEquals: { 'cloudwatch:namespace': METER_NAMESPACE } },
    },
  ];
  const role = new iam.Role(meter, 'Role', {
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: {
      Measure: new iam.PolicyDocument({ statements: statements.map((props) => new iam.PolicyStatement(props)) }),
    },
  });
  acknowledgeFindings(role, {
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason:
      'These actions know no resources: reading is limited to the region of the fleets, publishing to one namespace.',
  });
  return role;
}
