import { App, Stack, Tags } from 'aws-cdk-lib';
import { policy } from '../policy/policy';
import {
  FleetCapacity,
  FleetDashboard,
  InferenceFleetStack,
  InferenceImageStack,
  InferenceRuntime,
} from 'cdk-graviton-fleet';

/** What fleet.yaml says, written in TypeScript. */
export const app = new App({ propertyInjectors: policy.propertyInjectors() });
policy.applyTo(app);

const env = { account: process.env.CDK_DEFAULT_ACCOUNT, region: 'us-east-1' };

const { fleetImage } = new InferenceImageStack(app, 'base-production', {
  env,
  image: { runtime: InferenceRuntime.container({ image: 'ghcr.io/ggml-org/llama.cpp:server' }) },
});
const { fleet: planner } = new InferenceFleetStack(app, 'planner-production', {
  env,
  image: fleetImage,
  capacity: FleetCapacity.onDemand({ instanceTypes: ['m9g.8xlarge'], minInstances: 2, maxInstances: 4 }),
});
const { fleet: critic } = new InferenceFleetStack(app, 'critic-production', {
  env,
  image: fleetImage,
  capacity: FleetCapacity.mixedGenerations({ instanceTypes: ['m9g.4xlarge'], minInstances: 2, maxInstances: 4 }),
});
new FleetDashboard(new Stack(app, 'agents-production', { env }), 'Dashboard', { fleets: [planner, critic] });

Tags.of(app).add('team', 'agents');
