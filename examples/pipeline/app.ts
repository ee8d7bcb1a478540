import * as path from 'node:path';
import { App } from 'aws-cdk-lib';
import * as pipelines from 'aws-cdk-lib/pipelines';
import { FleetPipelineStack } from './fleet-pipeline-stack';

export const app = new App();

const context = (name: string): string => app.node.getContext(`fleet-pipeline:${name}`) as string;

new FleetPipelineStack(app, 'FleetPipeline', {
  env: {
    account: process.env.CDK_DEFAULT_ACCOUNT ?? '123456789012',
    region: process.env.CDK_DEFAULT_REGION ?? 'us-east-1',
  },
  source: {
    connectionArn: context('connection'),
    repository: context('repository'),
    branch: context('branch'),
    directory: context('directory'),
  },
  regions: ['us-east-1', 'us-west-2', 'eu-central-1'],
  kernelDirectory: path.join(__dirname, '../../kernels/build/bundle'),
  release: [
    new pipelines.ManualApprovalStep('Release', { comment: 'The canary region serves well: roll out to the others.' }),
  ],
});
