import { App, Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { describe, expect, test } from 'vitest';
import {
  FleetCapacity,
  FleetMeter,
  FleetMeterUsage,
  FleetSize,
  ImageFeature,
  InferenceFleetStack,
  InferenceRuntime,
  PowerBudget,
} from '../../../lib';
import { buildReport } from '../../../lib/cli/plan/build-report';
import { formatPlan } from '../../../lib/cli/plan/format/format-plan';
import { PlanReport, StackPlan } from '../../../lib/cli/plan/plan-report';
import { readStacks } from '../../../lib/cli/plan/read/read-stacks';
import { useBuiltInServer } from '../../support/built-in-server';
import { batchFleet, rayCluster } from '../../support/engine-app';
import { existingFleet, existingImage, newStack } from '../../support/fleet-app';
import { publishing, publishingRuntime } from '../../support/publishing-runtime';
import { useScratchDirectory } from '../../support/scratch-directory';

useBuiltInServer();

const scratch = useScratchDirectory();
const env = { account: '123456789012', region: 'us-east-1' };
const runtime = InferenceRuntime.container({ image: 'ghcr.io/ggml-org/llama.cpp:server' });

describe('a fleet', () => {
  test('has its size, types and purchase from the template, and the verdict of the gate', () => {
    const { fleets } = plan((stack) => fleetStack(stack, spot)).stacks[0];
    expect(fleets[0]).toMatchObject({
      fleet: 'Chat/Fleet',
      kind: 'InferenceFleet',
      size: {
        unit: 'instances',
        instances: { low: 2, high: 10 },
        vcpus: { low: 16, high: 160 },
        memoryGib: { low: 64, high: 640 },
      },
      purchase: { onDemandBase: 2, onDemandPercentageAboveBase: 25, spot: true, reservations: false },
      testedProcessors: ['graviton5', 'graviton2'],
    });
    expect(fleets[0].instanceTypes).toMatchObject([
      {
        instanceType: 'm9g.4xlarge',
        processor: 'AWS Graviton5',
        vcpus: 16,
        memoryGib: 64,
        offered: 'offered',
        weight: 1,
      },
      {
        instanceType: 'm6g.2xlarge',
        processor: 'AWS Graviton2',
        vcpus: 8,
        memoryGib: 32,
        offered: 'offered',
        weight: 1,
      },
    ]);
    expect(fleets[0].instanceTypes.map(({ kernels }) => kernels[0].variants)).toEqual([
      ['neon_dotprod', 'neon_i8mm_bf16', 'scalar'],
      ['neon_dotprod', 'scalar'],
    ]);
  });

  test('has figures at its least and greatest size, the latter as a budget left it', () => {
    const bounded = plan((app) => {
      const stack = fleetStack(app, FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'], maxInstances: 20 }));
      new PowerBudget(stack, 'Power', { fleets: [stack.fleet], kilowatts: 1 });
    });
    const [{ size, least, greatest }] = bounded.stacks[0].fleets;
    expect(least?.instances).toBe(2);
    expect(size.instances?.high).toBeLessThan(12);
    expect(greatest?.instances).toBe(size.instances?.high);
    // 72 W at full load, high, times PUE 1.15.
    expect(greatest?.fullLoadWatts?.high).toBeCloseTo(size.instances!.high * 72 * 1.15, 6);
    expect(bounded.totals.watts.high).toBe(greatest?.fullLoadWatts?.high);
  });

  test('counts what it may have when its size is in vCPUs', () => {
    const { size, instanceTypes } = plan((app) =>
      fleetStack(
        app,
        FleetCapacity.onDemand({
          instanceTypes: ['m9g.4xlarge', 'm9g.8xlarge'],
          size: FleetSize.vcpus({ min: 32, max: 128 }),
        }),
      ),
    ).stacks[0].fleets[0];
    expect(instanceTypes.map(({ weight }) => weight)).toEqual([16, 32]);
    expect(size).toMatchObject({ unit: 'vCPUs', instances: { low: 1, high: 8 }, vcpus: { low: 32, high: 128 } });
  });

  test('counts vCPUs once where AWS chooses the types by attributes', () => {
    const attributes = { vcpus: { min: 8, max: 64 }, memoryGib: { min: 32, max: 512 } };
    const capacity = FleetCapacity.attributes({ attributes, size: FleetSize.vcpus({ min: 64, max: 640 }) });
    const { fleets } = plan((stack) => fleetStack(stack, capacity)).stacks[0];
    const { instances, vcpus } = fleets[0].size;
    expect({ instances, vcpus }).toEqual({ instances: { low: 1, high: 80 }, vcpus: { low: 64, high: 672 } });
  });
});

describe('quotas', () => {
  test('are what the fleet may have at any moment, of each kind of purchase', () => {
    const quotas = new Map(plan((app) => fleetStack(app, spot)).stacks[0].quotas.map((use) => [use.code, use]));
    // 10, 1 that rebalancing adds and 1 that a roll-out adds. On-demand: 2, and a quarter of the other 10, rounded up.
    expect(quotas.get('L-1216C47A')).toMatchObject({ needed: 5 * 16, default: 5 });
    expect(quotas.get('L-34B43A08')).toMatchObject({ needed: 7 * 16, default: 5 });
    expect(quotas.get('L-53DA6B97')).toMatchObject({ needed: 1, default: 50 });
    expect(quotas.get('L-F678F1CE')).toMatchObject({ needed: 1, default: 5 });
  });

  test('of one account and region add up, and those of others do not', () => {
    const { totals, environments } = plan((app) => {
      const capacity = FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'] });
      ['us-east-1', 'us-east-2'].forEach((region) =>
        [1, 2, 3, 4, 5, 6].forEach((number) => {
          new InferenceFleetStack(app, `${region}-${number}`, {
            env: { ...env, region },
            image: { runtime },
            capacity,
          });
        }),
      );
    });
    const vpcs = totals.exceededQuotas.filter(({ code }) => code === 'L-F678F1CE');
    expect(vpcs).toMatchObject([
      { needed: 6, region: 'us-east-1' },
      { needed: 6, region: 'us-east-2' },
    ]);
    expect(environments.map(({ environment, fleets }) => [environment, fleets])).toEqual([
      ['123456789012, us-east-1', 6],
      ['123456789012, us-east-2', 6],
    ]);
    expect(totals.fleets).toBe(12);
  });
});

describe('security', () => {
  test('is what the template of a fleet says', () => {
    const { security } = plan((app) => fleetStack(app, spot)).stacks[0];
    expect(security.instanceMetadata).toEqual({ launchConfigurations: 2, withoutImdsV2: [], greatestHopLimit: 2 });
    expect(security.encryption.unencrypted).toEqual([]);
    expect(security.ingress.filter(({ open }) => open)).toEqual([]);
    expect(security.publicAddresses).toEqual([]);
    expect(security.listeners).toEqual([
      { where: 'Chat/Fleet/LoadBalancer/Listener', protocol: 'HTTP', tlsPolicy: undefined },
    ]);
    expect(security.acknowledgements.every(({ reason }) => reason.length > 20)).toBe(true);
    expect(security.acknowledgements.map(({ rule }) => rule)).toContain('AwsSolutions-EC26');
  });

  test('names everything that is wide open', () => {
    const { security } = plan((app) => {
      const stack = fleetStack(app, spot);
      openUp(stack);
    }).stacks[0];
    expect(security.instanceMetadata.withoutImdsV2).toEqual(['Chat/Old']);
    expect(security.encryption.unencrypted).toEqual(['Chat/Old', 'Chat/Topic']);
    expect(security.ingress.filter(({ open }) => open)).toEqual([
      { where: 'Chat/Fleet/LoadBalancer/SecurityGroup', from: '0.0.0.0/0', traffic: 'tcp 80', open: true },
    ]);
    expect(security.publicAddresses).toEqual(['Chat/Front', 'Chat/Old']);
    expect(security.broadStatements).toContainEqual({
      where: 'Chat/Fleet/InstanceRole/DefaultPolicy',
      actions: ['s3:*'],
      everyResource: true,
      conditional: false,
    });
  });

  test('is shown in words', () => {
    const text = formatPlan(plan((app) => openUp(fleetStack(app, spot))));
    expect(text).toMatch(/IMDSv2 +NOT required by Chat\/Old\n/);
    expect(text).toMatch(/encryption +NOT of Chat\/Old, Chat\/Topic\n/);
    expect(text).toMatch(/ingress +OPEN to anyone: tcp 80 to Chat\/Fleet\/LoadBalancer\/SecurityGroup\n/);
    expect(text).toMatch(/IAM .*by wildcard: .*s3:\*/);
    expect(formatPlan(plan((app) => fleetStack(app, spot)))).toMatch(/public addresses +none of a fleet\n/);
  });
});

describe('monitoring', () => {
  test('costs what its alarms read, its dashboards, and its meters', () => {
    const before = plan((app) => fleetStack(app, spot)).stacks[0].monitoring;
    const after = plan((app) => {
      const stack = fleetStack(app, spot);
      stack.fleet.scaleOnCpu({ targetUtilizationPercent: 60 });
      const metric = (period: number) =>
        new cloudwatch.Metric({ namespace: 'Chat', metricName: 'Tokens', period: Duration.seconds(period) });
      new cloudwatch.Alarm(stack, 'Fast', { metric: metric(10), threshold: 1, evaluationPeriods: 1 });
      const usingMetrics = { a: metric(60), b: metric(60).with({ statistic: 'Sum' }) };
      new cloudwatch.MathExpression({ expression: 'a + b', usingMetrics }).createAlarm(stack, 'Math', {
        threshold: 1,
        evaluationPeriods: 1,
      });
      new FleetMeter(stack, 'Meter', { fleets: [stack.fleet] });
    }).stacks[0].monitoring;
    expect(after.alarms - before.alarms).toBe(2);
    expect(after.scalingAlarms).toBe(2);
    // 0.30 for the fast metric, 2 x 0.10 for the expression, 2 x 0.10 for the policy's two alarms.
    expect(after.alarmsUsdPerMonth - before.alarmsUsdPerMonth).toBeCloseTo(0.7, 10);
    expect(after.dashboardsUsdPerMonth).toBe(3);
    expect(after.metersUsdPerMonth.low).toBe(new FleetMeterUsage({ fleets: 1, instances: 0 }).usd);
    expect(after.metersUsdPerMonth.high).toBe(new FleetMeterUsage({ fleets: 1, instances: 10 }).usd);
    expect(after.usdPerMonth.low).toBeCloseTo(after.alarmsUsdPerMonth + 3 + after.metersUsdPerMonth.low, 10);
    expect([after.serverMetrics, after.serversUsdPerMonth]).toEqual([0, { low: 0, high: 0 }]);
  });

  test('costs what the instances of the built-in server publish, from the fewest to the most', () => {
    const stackWith = (minInstances: number) =>
      plan((app) => {
        const capacity = FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'], minInstances, maxInstances: 10 });
        existingFleet(newStack(undefined, app), { ...publishing(), capacity });
      });
    const two = stackWith(2);
    const { serverMetrics, serversUsdPerMonth, usdPerMonth, alarmsUsdPerMonth } = two.stacks[0].monitoring;
    expect(serverMetrics).toBe(6);
    // Six metrics at 0.30, and 43,800 calls a month of each instance at 0.01 for a thousand.
    expect(serversUsdPerMonth.low).toBeCloseTo(1.8 + 2 * 0.438, 10);
    expect(serversUsdPerMonth.high).toBeCloseTo(1.8 + 10 * 0.438, 10);
    expect(usdPerMonth.high).toBeCloseTo(alarmsUsdPerMonth + serversUsdPerMonth.high, 10);
    expect(formatPlan(two)).toContain('6 metrics of the server');
    expect(stackWith(0).stacks[0].monitoring.serversUsdPerMonth.low).toBe(0);
  });

  test('costs nothing for what the instances of a batch queue or a Ray cluster do not publish', () => {
    const image = existingImage({
      runtime: publishingRuntime(),
      features: [ImageFeature.RAY, ImageFeature.ECS_AGENT],
    });
    const { stacks } = plan((app) => {
      batchFleet({ image }, newStack(undefined, app, 'Batch'));
      rayCluster({ image }, newStack(undefined, app, 'Ray'));
    });
    expect(stacks.map(({ monitoring }) => monitoring.serverMetrics)).toEqual([0, 0]);
  });
});

const spot = FleetCapacity.spotFirst({
  instanceTypes: ['m9g.4xlarge', 'm6g.2xlarge'],
  minInstances: 2,
  maxInstances: 10,
  onDemandBase: 2,
  onDemandPercentageAboveBase: 25,
});

function plan(make: (app: App) => void): PlanReport {
  const app = new App({ outdir: scratch() });
  make(app);
  const stacks: StackPlan[] = readStacks(app.synth());
  return buildReport('cdk.out', stacks);
}

function fleetStack(app: App, capacity: FleetCapacity): InferenceFleetStack {
  return new InferenceFleetStack(app, 'Chat', { env, image: { runtime }, capacity });
}

/** Everything that no construct of this library does. */
function openUp(stack: InferenceFleetStack): void {
  const { fleet } = stack;
  fleet.connections.allowFromAnyIpv4(ec2.Port.tcp(80));
  fleet.role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:*'], resources: ['*'] }));
  new ec2.CfnLaunchTemplate(stack, 'Old', {
    launchTemplateData: {
      blockDeviceMappings: [{ deviceName: '/dev/xvda', ebs: { volumeSize: 8 } }],
      networkInterfaces: [{ deviceIndex: 0, associatePublicIpAddress: true }],
    },
  });
  new elbv2.CfnLoadBalancer(stack, 'Front', { scheme: 'internet-facing' });
  new sns.Topic(stack, 'Topic');
}
