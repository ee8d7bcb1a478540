import { CfnParameter, Lazy, Stack } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  FleetCapacity,
  FleetLoadBalancing,
  FleetPolicyRules,
  FleetRollout,
  FleetSize,
  GravitonProcessor,
  InferenceFleet,
  InferenceRuntime,
  PolicyAlarm,
  RolloutAlarm,
  UnknownPrices,
} from '../../../lib';
import { useBuiltInServer } from '../../support/built-in-server';
import { CERTIFICATE_ARN, existingFleet, existingImage, newApp, newStack } from '../../support/fleet-app';
import { policedFleet, violationsAt } from '../../support/policed';
import { publishing } from '../../support/publishing-runtime';
import { workerFleet } from '../../support/worker-app';

useBuiltInServer();

// A type of a family that the catalog does not have comes with a warning on the console.
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

const onDemand = (...instanceTypes: string[]) => FleetCapacity.onDemand({ instanceTypes });

const withCapacity = (capacity: FleetCapacity) => () => policedFleet({ capacity });
const ofTypes = (...instanceTypes: string[]) => withCapacity(onDemand(...instanceTypes));
const watching =
  (...watch: RolloutAlarm[]) =>
  () =>
    policedFleet({ rollout: FleetRollout.rolling({ watch }) });
const running = (image: string) => () =>
  policedFleet({ image: existingImage({ runtime: InferenceRuntime.container({ image }) }) });
const tagged = (tags: Record<string, string>) => () => policedFleet({}, { tags });
const spot = (options: Partial<Parameters<typeof FleetCapacity.spotFirst>[0]>) =>
  withCapacity(
    FleetCapacity.spotFirst({ instanceTypes: ['m9g.4xlarge'], minInstances: 2, maxInstances: 8, ...options }),
  );

function withTls(): InferenceFleet {
  const fleet = policedFleet({}, {});
  const certificate = acm.Certificate.fromCertificateArn(fleet, 'Certificate', CERTIFICATE_ARN);
  return policedFleet({ loadBalancing: FleetLoadBalancing.alb({ certificate }) });
}

function openedTo(range: ec2.IPeer): () => InferenceFleet {
  return () => {
    const fleet = policedFleet();
    fleet.connections.allowDefaultPortFrom(range);
    return fleet;
  };
}

function withPublicLoadBalancer(): InferenceFleet {
  const fleet = policedFleet();
  (fleet.loadBalancer.node.defaultChild as elbv2.CfnLoadBalancer).scheme = 'internet-facing';
  return fleet;
}

function inPublicSubnets(): InferenceFleet {
  const stack = Stack.of(policedFleet());
  const vpc = new ec2.Vpc(stack, 'Public', {
    natGateways: 0,
    subnetConfiguration: [{ name: 'Open', subnetType: ec2.SubnetType.PUBLIC }],
  });
  return new InferenceFleet(stack, 'Open', {
    vpc,
    image: existingImage(),
    capacity: onDemand('m9g.4xlarge'),
    vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC },
  });
}

interface RuleCase {
  readonly rules: FleetPolicyRules;
  readonly compliant: () => InferenceFleet;
  readonly violating: () => InferenceFleet;
  /** `rule, key: got: allowed` of each violation. */
  readonly violations: string[];
}

const CASES: Record<string, RuleCase> = {
  'an allowed processor': {
    rules: { allowedProcessors: [GravitonProcessor.GRAVITON5, GravitonProcessor.GRAVITON4] },
    compliant: ofTypes('m9g.4xlarge', 'r8g.4xlarge'),
    violating: ofTypes('m9g.4xlarge', 'm7g.4xlarge', 'c6g.8xlarge'),
    violations: [
      'allowedProcessors, capacity.instanceTypes: m7g.4xlarge (graviton3): graviton5, graviton4',
      'allowedProcessors, capacity.instanceTypes: c6g.8xlarge (graviton2): graviton5, graviton4',
    ],
  },
  'an allowed region': {
    rules: { allowedRegions: ['us-east-1', 'eu-west-1'] },
    compliant: () => policedFleet({}, { region: 'us-east-1' }),
    violating: () => policedFleet({ capacity: onDemand('m8g.4xlarge') }, { region: 'us-west-2' }),
    violations: ['allowedRegions, env.region: us-west-2: us-east-1, eu-west-1'],
  },
  'an allowed size': {
    rules: { allowedSizes: ['2xlarge', '4xlarge'] },
    compliant: ofTypes('m9g.4xlarge', 'm8g.2xlarge'),
    violating: ofTypes('m9g.4xlarge', 'm8g.24xlarge'),
    violations: ['allowedSizes, capacity.instanceTypes: m8g.24xlarge: 2xlarge, 4xlarge'],
  },
  'a size up to the largest': {
    rules: { largestSize: '8xlarge' },
    compliant: ofTypes('m9g.8xlarge', 'm8g.medium'),
    violating: ofTypes('m8g.12xlarge', 'm8g.metal-24xl'),
    violations: [
      'largestSize, capacity.instanceTypes: m8g.12xlarge (48 vCPUs): up to 8xlarge (32 vCPUs)',
      'largestSize, capacity.instanceTypes: m8g.metal-24xl (96 vCPUs): up to 8xlarge (32 vCPUs)',
    ],
  },
  'few instances': {
    rules: { maxInstances: 4 },
    compliant: withCapacity(FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'], maxInstances: 4 })),
    violating: withCapacity(FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'], maxInstances: 5 })),
    violations: ['maxInstances, capacity.maxInstances: up to 5 instances: at most 4'],
  },
  'few instances, where vCPUs are counted': {
    rules: { maxInstances: 4 },
    compliant: withCapacity(
      FleetCapacity.onDemand({
        instanceTypes: ['m9g.4xlarge', 'm9g.8xlarge'],
        size: FleetSize.vcpus({ min: 32, max: 64 }),
      }),
    ),
    violating: withCapacity(
      FleetCapacity.onDemand({
        instanceTypes: ['m9g.2xlarge', 'm9g.8xlarge'],
        size: FleetSize.vcpus({ min: 32, max: 64 }),
      }),
    ),
    violations: ['maxInstances, capacity.size.max: up to 8 instances: at most 4'],
  },
  'an on-demand share at the greatest size': {
    // 2 of 8 on the base, and half of the 6 above: 62.5 %.
    rules: { minOnDemandPercentage: 62.5 },
    compliant: spot({ onDemandBase: 2, onDemandPercentageAboveBase: 50 }),
    violating: spot({ onDemandBase: 2, onDemandPercentageAboveBase: 49 }),
    violations: [
      'minOnDemandPercentage, capacity.onDemandPercentageAboveBase: 61.7 % on-demand at the greatest size (100 % at the least): at least 62.5 % at any size',
    ],
  },
  power: {
    // Two of 0.068 kW at full load, one more for rebalancing and one for the roll-out.
    rules: { maxKilowatts: { perFleet: 0.4 } },
    compliant: ofTypes('m9g.4xlarge'),
    violating: ofTypes('m9g.4xlarge', 'm9g.8xlarge'),
    violations: [
      'maxKilowatts.perFleet, capacity.maxInstances: 0.663 kW in the worst mix (m9g.8xlarge has the most for its size): at most 0.4 kW',
    ],
  },
  cost: {
    rules: { maxUsdPerMonth: { perFleet: 1200 } },
    compliant: ofTypes('m9g.4xlarge'),
    violating: ofTypes('m9g.4xlarge', 'm9g.8xlarge'),
    violations: [
      'maxUsdPerMonth.perFleet, capacity.maxInstances: 2329.38 USD per month in the worst mix (m9g.8xlarge has the most for its size): at most 1200 USD per month',
    ],
  },
  'a known price': {
    rules: { maxUsdPerMonth: { perFleet: 10_000 } },
    compliant: ofTypes('m9g.4xlarge'),
    violating: ofTypes('m12g.4xlarge'),
    violations: [
      'maxUsdPerMonth, capacity.instanceTypes: m12g.4xlarge, whose price is not known in us-east-1: types whose price is known there, because nothing can be said of another',
    ],
  },
  'a tag of a value, and one of a pattern': {
    rules: { requiredTags: { team: { values: ['chat', 'search'] }, 'cost-centre': { pattern: '\\d{4}' }, owner: {} } },
    compliant: tagged({ team: 'chat', 'cost-centre': '1234', owner: 'anybody' }),
    violating: tagged({ team: 'billing', 'cost-centre': '12345' }),
    violations: [
      'requiredTags.team, tags.team: another value: chat, search',
      'requiredTags.cost-centre, tags.cost-centre: another value: what matches \\d{4}',
      'requiredTags.owner, tags.owner: no such tag: any value',
    ],
  },
  'alarms of the roll-out': {
    rules: { requiredAlarms: [PolicyAlarm.ILLEGAL_INSTRUCTIONS, PolicyAlarm.UNHEALTHY_INSTANCES] },
    compliant: watching(RolloutAlarm.illegalInstructions(), RolloutAlarm.unhealthyInstances()),
    violating: watching(RolloutAlarm.illegalInstructions()),
    violations: ['requiredAlarms, rollout.watch: no unhealthyInstances: illegalInstructions, unhealthyInstances'],
  },
  'a load balancer without a public address': {
    rules: { requirePrivateNetwork: true },
    compliant: () => policedFleet(),
    violating: withPublicLoadBalancer,
    violations: ['requirePrivateNetwork, loadBalancing: a load balancer of the scheme internet-facing: internal'],
  },
  'instances in private subnets': {
    rules: { requirePrivateNetwork: true },
    compliant: () => policedFleet(),
    violating: inPublicSubnets,
    violations: ['requirePrivateNetwork, vpcSubnets: public subnets: private subnets'],
  },
  'no way in from everywhere': {
    rules: { requirePrivateNetwork: true },
    compliant: openedTo(ec2.Peer.ipv4('10.0.0.0/8')),
    violating: openedTo(ec2.Peer.anyIpv4()),
    violations: [
      'requirePrivateNetwork, connections: Prod/Fleet/LoadBalancer/SecurityGroup/Resource open to 0.0.0.0/0: ranges of a network',
    ],
  },
  TLS: {
    rules: { requireTls: true },
    compliant: withTls,
    violating: () => policedFleet(),
    violations: ['requireTls, loadBalancing.certificate: HTTP at Prod/Fleet/LoadBalancer/Listener/Resource: TLS'],
  },
  'containers of allowed registries': {
    rules: { allowedRuntimeRegistries: ['ghcr.io/ggml-org', '123456789012.dkr.ecr.us-east-1.amazonaws.com'] },
    compliant: running('ghcr.io/ggml-org/llama.cpp:server'),
    violating: running('ghcr.io/ggml-org-evil/llama.cpp:server'),
    violations: [
      'allowedRuntimeRegistries, image.runtime.container.image: an image of ghcr.io: ghcr.io/ggml-org, 123456789012.dkr.ecr.us-east-1.amazonaws.com',
    ],
  },
};

describe.each(Object.entries(CASES))('%s', (_, { rules, compliant, violating, violations }) => {
  test('a fleet that keeps the rule', () => {
    expect(violationsAt(compliant(), rules)).toEqual([]);
  });

  test('a fleet that breaks it', () => {
    const found = violationsAt(violating(), rules);
    expect(found.map(({ rule, key, got, allowed }) => `${rule}, ${key}: ${got}: ${allowed}`)).toEqual(violations);
    expect(found.every(({ fix, fleet }) => fix !== '' && fleet?.startsWith('Prod/'))).toBe(true);
  });
});

test('a type whose price is not known, where that is allowed', () => {
  const rules = { maxUsdPerMonth: { perFleet: 1 }, unknownPrices: UnknownPrices.ALLOW };
  expect(violationsAt(ofTypes('m12g.4xlarge')(), rules)).toEqual([]);
  expect(violationsAt(ofTypes('m9g.4xlarge')(), rules)).toHaveLength(1);
});

describe('what is only known at deployment proves nothing', () => {
  const anywhere = () => existingFleet(newStack({}, newApp(), 'Prod'), { capacity: onDemand('m8g.4xlarge') });
  const ofAnySize = () => {
    const stack = newStack(undefined, newApp(), 'Prod');
    const { valueAsNumber: maxInstances } = new CfnParameter(stack, 'Max', { type: 'Number' });
    const instanceTypes = ['m8g.4xlarge'];
    return existingFleet(stack, { capacity: FleetCapacity.spotFirst({ instanceTypes, maxInstances }) });
  };
  const named = (violations: { readonly rule: string; readonly got: string }[]) =>
    violations.map(({ rule, got }) => `${rule}: ${got}`);

  test('the region', () => {
    const rules = { allowedRegions: ['us-east-1'], maxKilowatts: { inTotal: 9 }, maxUsdPerMonth: { inTotal: 9 } };
    expect(named(violationsAt(anywhere(), rules))).toEqual([
      'allowedRegions: a region that is only known at deployment',
      'maxKilowatts: a region that is only known at deployment',
      'maxUsdPerMonth: m8g.4xlarge, whose price is not known in a region that is only known at deployment',
    ]);
  });

  test('the size', () => {
    const rules = { maxInstances: 4, minOnDemandPercentage: 1, maxKilowatts: { inTotal: 9 } };
    const got = 'a size that is only known at deployment';
    const expected = Object.keys(rules).map((rule) => `${rule}: ${got}`);
    expect(named(violationsAt(ofAnySize(), rules)).sort()).toEqual(expected.sort());
  });

  test('a tag', () => {
    const fleet = policedFleet({}, { tags: { team: Lazy.string({ produce: () => 'chat' }) } });
    expect(named(violationsAt(fleet, { requiredTags: { team: { values: ['chat'] } } }))).toEqual([
      'requiredTags.team: a value that is only known at deployment',
    ]);
  });
});

describe('containers without a registry are of Docker Hub', () => {
  test.each([
    ['nginx', 'docker.io/library', true],
    ['nginx:1.29', 'docker.io/library/nginx', true],
    ['vllm/vllm-openai:v1', 'docker.io/vllm', true],
    ['vllm/vllm-openai:v1', 'vllm', true],
    ['index.docker.io/vllm/vllm-openai', 'docker.io/vllm/', true],
    ['docker.io.evil.example/vllm/vllm-openai', 'docker.io', false],
    ['registry.example:5000/vllm', 'registry.example:5000', true],
    ['registry.example:5000/vllm', 'registry.example', true],
    ['registry.example.org/vllm', 'registry.example', false],
  ])('%s by %s', (image, prefix, allowed) => {
    expect(violationsAt(running(image)(), { allowedRuntimeRegistries: [prefix] }).length === 0).toBe(allowed);
  });
});

test('alarms that only a load balancer or the built-in server measures are asked of nobody else', () => {
  const rules = { requiredAlarms: Object.values(PolicyAlarm) };
  const [{ got }] = violationsAt(workerFleet(), rules);
  expect(got).toBe('no runtimeCrashes, kernelVerification, tokensPerSecond');
  const [ofServer] = violationsAt(workerFleet(publishing()), rules);
  expect(ofServer.got).toBe('no kernelVerification, tokensPerSecond, timeToFirstToken');
});

test('a listener of plain HTTP that only sends clients to TLS is none', () => {
  const fleet = policedFleet();
  const listener = fleet.listener.node.defaultChild as elbv2.CfnListener;
  listener.defaultActions = [{ type: 'redirect', redirectConfig: { protocol: 'HTTPS', statusCode: 'HTTP_301' } }];
  expect(violationsAt(fleet, { requireTls: true })).toEqual([]);
});
