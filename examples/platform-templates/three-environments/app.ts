import { App, Duration, Tags } from 'aws-cdk-lib';
import { FleetCapacity, FleetDrain, FleetRollout, InferenceFleetStack, InferenceRuntime } from 'cdk-graviton-fleet';

/** What fleet.yaml says, written in TypeScript. */
export const app = new App();

interface Stage {
  readonly capacity: FleetCapacity;
  readonly rollout?: FleetRollout;
}

const STAGES: Record<string, Stage> = {
  development: {
    capacity: FleetCapacity.onDemand({ instanceTypes: ['m9g.2xlarge'], minInstances: 1, maxInstances: 2 }),
  },
  staging: {
    capacity: FleetCapacity.spotFirst({
      instanceTypes: ['m9g.4xlarge', 'm8g.4xlarge'],
      minInstances: 2,
      maxInstances: 4,
    }),
  },
  production: {
    capacity: FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'], minInstances: 4, maxInstances: 20 }),
    rollout: FleetRollout.canary({ canaryPercentage: 25, canaryTime: Duration.minutes(10) }),
  },
};

for (const [stage, { capacity, rollout }] of Object.entries(STAGES)) {
  const stack = new InferenceFleetStack(app, `chat-${stage}`, {
    env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: 'us-east-1' },
    image: {
      runtime: InferenceRuntime.container({
        image: 'ghcr.io/ggml-org/llama.cpp:server',
        command: ['--host', '0.0.0.0', '--port', '8080', '--hf-repo', 'ggml-org/gemma-3-1b-it-GGUF'],
      }),
    },
    capacity,
    rollout,
    lifecycle: { drain: FleetDrain.forGenerations({ maxTokens: 1024, timePerToken: Duration.millis(50) }) },
  });
  stack.fleet.scaleOnRequestsInFlight({ perInstance: 4, averageRequestTime: Duration.seconds(10) });
  Tags.of(stack).add('team', 'chat');
}
