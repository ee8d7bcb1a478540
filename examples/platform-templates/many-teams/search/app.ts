import { App, Tags } from 'aws-cdk-lib';
import { policy } from '../policy/policy';
import { FleetCapacity, InferenceFleetStack, InferenceRuntime } from 'cdk-graviton-fleet';

/** What fleet.yaml says, written in TypeScript. */
export const app = new App({ propertyInjectors: policy.propertyInjectors() });
policy.applyTo(app);

const stack = new InferenceFleetStack(app, 'rerank-production', {
  env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: 'us-east-1' },
  image: { runtime: InferenceRuntime.container({ image: 'ghcr.io/ggml-org/llama.cpp:server' }) },
  capacity: FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'], minInstances: 2, maxInstances: 6 }),
});
stack.fleet.scaleOnCpu({ targetUtilizationPercent: 60 });
Tags.of(stack).add('team', 'search');
Tags.of(stack).add('cost-center', '2210');
