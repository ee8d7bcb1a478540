import { App, Validations } from 'aws-cdk-lib';
import { CompleteFleetStack } from './complete-fleet-stack';
import { CompleteWorkersStack } from './complete-workers-stack';

const region = process.env.CDK_DEFAULT_REGION ?? 'us-east-1';
const account = process.env.CDK_DEFAULT_ACCOUNT ?? '123456789012';

export const app = new App();

const stack = new CompleteFleetStack(app, 'CompleteFleet', {
  env: { account, region },
  certificateArn: `arn:aws:acm:${region}:${account}:certificate/00000000-0000-4000-8000-000000000000`,
});

Validations.of(stack).acknowledge({
  id: 'AwsSolutions-S1',
  reason: 'The only bucket holds access logs; logs of its own access would grow without end.',
});

new CompleteWorkersStack(app, 'CompleteWorkers', { env: { account, region } });
