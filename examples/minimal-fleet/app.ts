import { App } from 'aws-cdk-lib';
import { FleetCapacity, InferenceFleetStack, InferenceRuntime } from 'cdk-graviton-fleet';

export const app = new App();

new InferenceFleetStack(app, 'MinimalFleet', {
  env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION ?? 'us-east-1' },
  image: {
    runtime: InferenceRuntime.container({
      image: 'ghcr.io/ggml-org/llama.cpp:server',
      command: ['--host', '0.0.0.0', '--port', '8080', '--hf-repo', 'ggml-org/gemma-3-1b-it-GGUF'],
    }),
  },
  capacity: FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'] }),
});
