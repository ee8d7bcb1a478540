import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { FleetByHand } from './fleet-by-hand';
import { FleetCapacity, InferenceFleetStack, InferenceRuntime, KernelBundle } from 'cdk-graviton-fleet';

/** Synthesizes fleets one way or the other, and prints the CPU seconds that it took and what it made. */
const [how, count, outdir] = process.argv.slice(2);
const env = { account: '123456789012', region: 'us-east-1' };

const before = process.cpuUsage();
const app = new App({ outdir, analyticsReporting: false });
for (let index = 0; index < Number(count); index++) {
  if (how === 'constructs') {
    new InferenceFleetStack(app, `Fleet${index}`, {
      env,
      image: { runtime: InferenceRuntime.container({ image: 'ghcr.io/ggml-org/llama.cpp:server' }) },
      capacity: FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'] }),
    });
  } else {
    new FleetByHand(app, `Fleet${index}`, { env, kernels: KernelBundle.builtIn().directory });
  }
}
app.synth();
const { user, system } = process.cpuUsage(before);

const resourceTypes: Record<string, number> = {};
for (const stack of app.node.children.filter((child) => Stack.isStack(child))) {
  for (const resource of stack.node.findAll().filter((child) => CfnResource.isCfnResource(child))) {
    resourceTypes[resource.cfnResourceType] = (resourceTypes[resource.cfnResourceType] ?? 0) + 1;
  }
}
process.stdout.write(JSON.stringify({ cpuSeconds: (user + system) / 1e6, resourceTypes }));
