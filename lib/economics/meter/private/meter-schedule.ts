import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface MeterScheduleProps {
  readonly interval: Duration;
  readonly meterFunction: lambda.IFunction;
  readonly deadLetterQueue: sqs.IQueue;
  readonly event: object;
}

/** Calls the function once in each interval; a call that cannot be made in it goes to the dead-letter queue. */
export function createMeterSchedule(meter: Construct, props: MeterScheduleProps): scheduler.Schedule {
  const { interval, meterFunction, deadLetterQueue, event } = props;
  const role = createRole(meter, meterFunction, deadLetterQueue);
  return new scheduler.Schedule(meter, 'Schedule', {
    schedule: scheduler.ScheduleExpression.rate(interval),
    description: 'Measures fleets',
    target: {
      // Not LambdaInvoke of aws-scheduler-targets, whose role may also call each version and alias of the function.
      bind: () => ({
        arn: meterFunction.functionArn,
        role,
        input: scheduler.ScheduleTargetInput.fromObject(event),
        deadLetterConfig: { arn: deadLetterQueue.queueArn },
        retryPolicy: { maximumEventAgeInSeconds: interval.toSeconds(), maximumRetryAttempts: 2 },
      }),
    },
  });
}

function createRole(meter: Construct, meterFunction: lambda.IFunction, deadLetterQueue: sqs.IQueue): iam.Role {
  const stack = Stack.of(meter);
  const group = stack.formatArn({ service: 'scheduler', resource: 'schedule-group', resourceName: 'default' });
  return new iam.Role(meter, 'ScheduleRole', {
    assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
      // Against a confused deputy: https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account, 'aws:SourceArn': group } },
    }),
    inlinePolicies: {
      Invoke: new iam.PolicyDocument({
        statements: [
          new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [meterFunction.functionArn] }),
          new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetterQueue.queueArn] }),
        ],
      }),
    },
  });
}
