import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, Duration, PropertyInjectors, Tags } from 'aws-cdk-lib';
import { afterEach, expect, test, vi } from 'vitest';
import { FleetCapacity, FleetDrain, FleetPolicy, FleetTemplate, ImageSource, InferenceFleetStack } from '../../../lib';
import { useBuiltInKernels } from '../../support/built-in-kernels';
import { errorOf } from '../../support/config-error';
import {
  ACCOUNT,
  containerRuntime,
  existingFleet,
  fleetStack,
  inRegion,
  newApp,
  newStack,
  RECOMMENDED_FLAGS,
} from '../../support/fleet-app';
import { useScratchDirectory } from '../../support/scratch-directory';

useBuiltInKernels();
const directory = useScratchDirectory();
afterEach(() => void vi.unstubAllEnvs());

function folderOf(texts: Record<string, string>): string {
  const folder = directory();
  fs.mkdirSync(folder);
  Object.entries(texts).forEach(([name, text]) => fs.writeFileSync(path.join(folder, name), text));
  return folder;
}

const ORGANISATION = `
defaults:
  tags: { cost-center: "1000", stage: any }
  capacity: { onDemandBase: 1, placement: { zones: {} } }
  rollout: { canary: { canaryPercentage: 50, canaryTime: 20 minutes } }
  lifecycle: { coldStart: { of: { boot: 60 seconds, weights: 120 seconds } } }
`;
const PLATFORM = `
defaults:
  tags: { stage: production }
  capacity: { onDemandPercentageAboveBase: 40 }
  rollout: { canary: { canaryTime: 30 minutes } }
  lifecycle: { coldStart: { of: { warmUp: 10 seconds } } }
`;
const FLEET = `
policy: [organisation.yaml, platform.yaml]
environments: { production: { region: us-east-1, account: "${ACCOUNT}" } }
tags: { team: chat }
inferenceFleets:
  chat:
    image: { source: { fromAmiId: ami-0123456789abcdef0 }, runtime: { container: { image: "ghcr.io/ggml-org/llama.cpp:server" } } }
    capacity: { spotFirst: { instanceTypes: [m9g.4xlarge], maxInstances: 4 } }
`;

test('the defaults of several files give the same stack in a fleet.yaml and in TypeScript', () => {
  const folder = folderOf({ 'organisation.yaml': ORGANISATION, 'platform.yaml': PLATFORM, 'fleet.yaml': FLEET });
  const written = newApp();
  FleetTemplate.fromFile(path.join(folder, 'fleet.yaml')).addTo(written);

  const policy = FleetPolicy.fromFiles(['organisation.yaml', 'platform.yaml'].map((name) => path.join(folder, name)));
  const app = new App({
    context: RECOMMENDED_FLAGS,
    outdir: directory(),
    propertyInjectors: policy.propertyInjectors(),
  });
  const { fleet } = new InferenceFleetStack(app, 'chat-production', {
    env: inRegion('us-east-1'),
    image: { source: ImageSource.fromAmiId('ami-0123456789abcdef0'), runtime: containerRuntime() },
    capacity: FleetCapacity.spotFirst({ instanceTypes: ['m9g.4xlarge'], maxInstances: 4 }),
  });
  Tags.of(app).add('team', 'chat');

  const [expected, got] = [app, written].map((one) => one.synth().getStackByName('chat-production').template as object);
  expect(got).toEqual(expected);
  expect(JSON.stringify(got).includes('"Key":"cost-center"')).toBe(true);
  expect(fleet.coldStart.total.toSeconds()).toBe(190);
  expect(policy.rules.defaults?.rollout?._refresh.checkpointPercentages).toEqual([50, 100]);
});

test('a default of a tag gives way to what the app says', () => {
  const app = newApp();
  const policy = FleetPolicy.of({ defaults: { tags: { team: 'another-team', platform: 'inference' } } });
  PropertyInjectors.of(app).add(...policy.propertyInjectors());
  const stack = fleetStack({}, app);
  Tags.of(app).add('team', 'chat');
  const tags = JSON.stringify(app.synth().getStackByName(stack.stackName).template);
  expect(tags.includes('{"Key":"platform","PropagateAtLaunch":true,"Value":"inference"}')).toBe(true);
  expect(tags.includes('{"Key":"team","PropagateAtLaunch":true,"Value":"chat"}')).toBe(true);
  expect(tags.includes('another-team')).toBe(false);
});

test('a part of the lifecycle that is undefined is the default', () => {
  const app = newApp();
  const drain = FleetDrain.typical();
  const [wide, narrow] = [{ drain }, { drain: undefined, healthCheckGracePeriod: Duration.minutes(20) }];
  const layers = FleetPolicy.of({ defaults: { lifecycle: wide } }).narrowedBy(
    FleetPolicy.of({ defaults: { lifecycle: narrow, rollout: undefined } }),
  );
  expect(layers.rules.defaults?.lifecycle).toEqual({ drain, healthCheckGracePeriod: Duration.minutes(20) });
  PropertyInjectors.of(app).add(...layers.propertyInjectors());
  const given = { capacity: FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'] }), lifecycle: { ...narrow } };
  expect(existingFleet(newStack(undefined, app), given).node.path).toBe('Stack/Fleet');
});

test('what layers say together and none says alone is refused at its line', () => {
  const folder = folderOf({
    'organisation.yaml': 'defaults: { rollout: { canary: { minHealthyPercentage: 0 } } }',
    'platform.yaml': 'defaults: { rollout: { canary: { maxHealthyPercentage: 110 } } }',
  });
  const files = ['organisation.yaml', 'platform.yaml'].map((name) => path.join(folder, name));
  expect(errorOf(() => FleetPolicy.fromFiles(files)).message).toMatch(/platform\.yaml:1:\d+ defaults\.rollout/);
});

test('a file is read without an app, which would write where the next synthesis does', () => {
  const folder = folderOf({ 'policy.yaml': 'maxInstances: 4' });
  const outdir = directory();
  vi.stubEnv('CDK_OUTDIR', outdir);
  FleetPolicy.fromFile(path.join(folder, 'policy.yaml'));
  expect(fs.existsSync(outdir)).toBe(false);
});
