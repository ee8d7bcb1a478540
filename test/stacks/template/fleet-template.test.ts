import { Stack, Tags } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import {
  FleetCapacity,
  FleetDashboard,
  FleetTemplate,
  InferenceFleetStack,
  InferenceImageStack,
  InferenceRuntime,
  PowerBudget,
} from '../../../lib';
import { useBuiltInKernels } from '../../support/built-in-kernels';
import { appOfFile, assemblyOf, fleetFile, templatesOf } from '../../support/fleet-file';
import { onlyResource } from '../../support/template';

useBuiltInKernels();

const RUNTIME = '{ runtime: { container: { image: "ghcr.io/ggml-org/llama.cpp:server" } } }';
const FILE = `
environments:
  staging: { region: us-east-2, account: "210987654321" }
  production: { region: us-east-1, account: "123456789012" }
tags: { team: chat, stage: any }
images:
  base:
    runtime: { container: { image: "ghcr.io/ggml-org/llama.cpp:server" } }
    lifecycle: [{ keepLast: { count: 3 } }]
inferenceFleets:
  chat:
    image: ${RUNTIME}
    capacity: { onDemand: { instanceTypes: [m9g.4xlarge], minInstances: 2 } }
    scaling: [{ scaleOnCpu: { targetUtilizationPercent: 60 } }]
    tags: { stage: own }
    environments:
      staging:
      production: { capacity: { onDemand: { maxInstances: 20 } } }
  small:
    image: base
    capacity: { onDemand: { instanceTypes: [m9g.large] } }
    environments: { production: }
dashboards: { all: { fleets: [chat, small] } }
budgets: { power: { powerBudget: { fleets: [chat], kilowatts: 20 } } }
`;

const runtime = (): InferenceRuntime => InferenceRuntime.container({ image: 'ghcr.io/ggml-org/llama.cpp:server' });

test('a file gives the templates of its twin in TypeScript', () => {
  const app = appOfFile();
  const env = { account: '123456789012', region: 'us-east-1' };
  const tag = (stack: Stack, stage = 'any'): void => {
    Tags.of(stack).add('team', 'chat');
    Tags.of(stack).add('stage', stage);
  };
  const base = new InferenceImageStack(app, 'base-production', { env, image: { runtime: runtime() } });
  base.image.keepLast(3);
  const chat = new InferenceFleetStack(app, 'chat-production', {
    env,
    image: { runtime: runtime() },
    capacity: FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'], minInstances: 2, maxInstances: 20 }),
  });
  chat.fleet.scaleOnCpu({ targetUtilizationPercent: 60 });
  const small = new InferenceFleetStack(app, 'small-production', {
    env,
    image: base.fleetImage,
    capacity: FleetCapacity.onDemand({ instanceTypes: ['m9g.large'] }),
  });
  const dashboards = new Stack(app, 'all-production', { env });
  new FleetDashboard(dashboards, 'Dashboard', { fleets: [chat.fleet, small.fleet] });
  const budgets = new Stack(app, 'power-production', { env });
  new PowerBudget(budgets, 'Budget', { fleets: [chat.fleet], kilowatts: 20 });
  [base, small, dashboards, budgets].forEach((stack) => tag(stack));
  tag(chat, 'own');

  const twin = templatesOf(app.synth());
  const made = templatesOf(assemblyOf(FILE, { environments: ['production'] }));
  expect(Object.keys(made).sort()).toEqual(Object.keys(twin).sort());
  for (const [name, template] of Object.entries(made)) {
    expect(template, name).toEqual(twin[name]);
  }
});

test('a fleet stands in its environments, and each has what it says', () => {
  const assembly = assemblyOf(FILE);
  expect(assembly.stacks.map(({ stackName }) => stackName).sort()).toEqual(
    ['all-production', 'all-staging', 'base-production', 'base-staging', 'chat-production', 'chat-staging']
      .concat(['power-production', 'power-staging', 'small-production'])
      .sort(),
  );
  const group = (name: string) =>
    onlyResource(templatesOf(assembly)[name], 'AWS::AutoScaling::AutoScalingGroup')[1].Properties;
  expect([group('chat-staging').MaxSize, group('chat-production').MaxSize]).toEqual(['2', '20']);
  expect(group('chat-staging').Tags).toContainEqual({ Key: 'stage', Value: 'own', PropagateAtLaunch: true });
  expect(assembly.getStackByName('chat-staging').environment).toMatchObject({
    account: '210987654321',
    region: 'us-east-2',
  });
  expect(assembly.getStackByName('small-production').dependencies.map(({ id }) => id)).toContain('base-production');
});

test('one fleet can be made alone, with the image that it shares', () => {
  const assembly = assemblyOf(FILE, { fleets: ['small'], environments: ['production'] });
  expect(assembly.stacks.map(({ stackName }) => stackName).sort()).toEqual([
    'all-production',
    'base-production',
    'small-production',
  ]);
});

test('a file without environments names its stacks as its fleets', () => {
  const file = `inferenceFleets: { chat: { image: ${RUNTIME}, capacity: { onDemand: { instanceTypes: [m9g.large] } } } }`;
  const template = FleetTemplate.fromFile(fleetFile({ 'fleet.yaml': file }));
  expect([template.fleetNames, template.environmentNames]).toEqual([['chat'], []]);
  expect(assemblyOf(file).stacks.map(({ stackName }) => stackName)).toEqual(['chat']);
});

test('another factory in an environment replaces the first with all that belongs to it', () => {
  const file = `
environments: { a: { region: us-east-1 }, b: { region: us-east-1 } }
inferenceFleets:
  chat:
    image: ${RUNTIME}
    capacity: { onDemand: { instanceTypes: [m9g.large], minInstances: 3, maxInstances: 5 } }
    environments:
      a: { capacity: { onDemand: { maxInstances: 9 } } }
      b: { capacity: { spotFirst: { instanceTypes: [m9g.xlarge, m9g.2xlarge] } } }
`;
  const templates = templatesOf(assemblyOf(file));
  const groups = ['chat-a', 'chat-b'].map(
    (name) => onlyResource(templates[name], 'AWS::AutoScaling::AutoScalingGroup')[1].Properties,
  );
  expect(groups.map(({ MinSize, MaxSize }) => [MinSize, MaxSize])).toEqual([
    ['3', '9'],
    ['2', '2'],
  ]);
  expect(JSON.stringify(groups[1])).not.toContain('m9g.large');
});

test('relative paths start from the directory of the file, and imports are data', () => {
  const file = `
inferenceFleets:
  chat:
    image: ${RUNTIME}
    capacity: { onDemand: { instanceTypes: [m9g.large] } }
    network:
      existing:
        vpc:
          id: vpc-0123456789abcdef0
          availabilityZones: [us-east-1a, us-east-1b]
          privateSubnetIds: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]
`;
  const { chat } = templatesOf(assemblyOf(file));
  const [, group] = onlyResource(chat, 'AWS::AutoScaling::AutoScalingGroup');
  expect(group.Properties.VPCZoneIdentifier).toEqual(['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1']);
  expect(Object.values(chat.Resources).filter(({ Type }) => Type === 'AWS::EC2::VPC')).toEqual([]);
});
