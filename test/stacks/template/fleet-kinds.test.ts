import { Duration, Stack } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { describe, expect, test } from 'vitest';
import {
  BatchFleetStack,
  ColdStart,
  FleetCapacity,
  FleetCellsStack,
  FleetDashboard,
  FleetLoadBalancing,
  FleetMeter,
  FleetSize,
  FleetTemplate,
  ImageComponent,
  InferenceRuntime,
  PowerUsageEffectiveness,
  RayClusterStack,
} from '../../../lib';
import * as library from '../../../lib';
import { LEFT_OUT_CONSTRUCTS } from '../../../scripts/fleet-schema/left-out';
import { useBuiltInKernels } from '../../support/built-in-kernels';
import { appOfFile, assemblyOf, fleetFile, readProblems, synthProblems, templatesOf } from '../../support/fleet-file';
import { resourcesOf } from '../../support/template';

useBuiltInKernels();

const FILE = `
environments:
  staging: { region: us-east-2, account: "123456789012" }
  production: { region: us-east-1, account: "123456789012" }
fleetCells:
  chat:
    image: { runtime: { container: { image: "ghcr.io/ggml-org/llama.cpp:server" } } }
    capacity: { onDemand: { instanceTypes: [m9g.4xlarge, m8g.4xlarge], maxInstances: 4 } }
    loadBalancing: { nlb: {} }
    scaling: [{ scaleOnCpu: { targetUtilizationPercent: 60 } }]
    cells:
      count: 1
      hostedZone: { id: Z0123456789ABCDEFGHIJ, name: models.example.com }
      recordName: chat
      weights: [100]
    environments:
      staging:
      production: { cells: { count: 2, weights: [100, 50] } }
rayClusters:
  rollouts:
    image: { runtime: { none: {} }, components: [{ ray: {} }] }
    capacity: { spotFirst: { instanceTypes: [m9g.4xlarge], onDemandBase: 1, minInstances: 1, maxInstances: 9 } }
    headInstanceType: m9g.2xlarge
    idleTimeout: 2 minutes
    coldStart: { measured: 7 minutes }
    environments: { production: }
batchFleets:
  evaluations:
    image: { runtime: { none: {} }, components: [{ ecsAgent: }] }
    capacity: { onDemand: { instanceTypes: [m9g.4xlarge, m9g.8xlarge], size: { vcpus: { min: 0, max: 256 } } } }
    updateTimeout: 1 hour
    environments: { production: }
dashboards: { all: { fleets: [chat] } }
meters:
  exact:
    fleets: [chat]
    interval: 10 minutes
    logRetention: ONE_WEEK
    powerUsageEffectiveness: { custom: { value: 1.3, source: site, asOf: '2026-09-01' } }
`;

test('cells, engines and a meter have the templates of their twins in TypeScript', () => {
  const app = appOfFile();
  const env = { account: '123456789012', region: 'us-east-1' };
  const hostedZone = route53.HostedZone.fromHostedZoneAttributes(new Stack(undefined, 'Imports'), 'Zone', {
    hostedZoneId: 'Z0123456789ABCDEFGHIJ',
    zoneName: 'models.example.com',
  });
  const { cells } = new FleetCellsStack(app, 'chat-production', {
    env,
    image: { runtime: InferenceRuntime.container({ image: 'ghcr.io/ggml-org/llama.cpp:server' }) },
    capacity: FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge', 'm8g.4xlarge'], maxInstances: 4 }),
    loadBalancing: FleetLoadBalancing.nlb(),
    cells: { count: 2, hostedZone, recordName: 'chat', weights: [100, 50] },
  });
  cells.cells.forEach((cell) => cell.scaleOnCpu({ targetUtilizationPercent: 60 }));
  new RayClusterStack(app, 'rollouts-production', {
    env,
    image: { runtime: InferenceRuntime.none(), components: [ImageComponent.ray()] },
    capacity: FleetCapacity.spotFirst({
      instanceTypes: ['m9g.4xlarge'],
      onDemandBase: 1,
      minInstances: 1,
      maxInstances: 9,
    }),
    headInstanceType: 'm9g.2xlarge',
    idleTimeout: Duration.minutes(2),
    coldStart: ColdStart.measured(Duration.minutes(7)),
  });
  new BatchFleetStack(app, 'evaluations-production', {
    env,
    image: { runtime: InferenceRuntime.none(), components: [ImageComponent.ecsAgent()] },
    capacity: FleetCapacity.onDemand({
      instanceTypes: ['m9g.4xlarge', 'm9g.8xlarge'],
      size: FleetSize.vcpus({ min: 0, max: 256 }),
    }),
    updateTimeout: Duration.hours(1),
  });
  new FleetDashboard(new Stack(app, 'all-production', { env }), 'Dashboard', { fleets: cells.cells });
  new FleetMeter(new Stack(app, 'exact-production', { env }), 'Meter', {
    fleets: cells.cells,
    interval: Duration.minutes(10),
    logRetention: RetentionDays.ONE_WEEK,
    powerUsageEffectiveness: PowerUsageEffectiveness.custom({ value: 1.3, source: 'site', asOf: '2026-09-01' }),
  });

  const twin = templatesOf(app.synth());
  const made = templatesOf(assemblyOf(FILE, { environments: ['production'] }));
  expect(Object.keys(made).sort()).toEqual(Object.keys(twin).sort());
  for (const [name, template] of Object.entries(made)) {
    expect(template, name).toEqual(twin[name]);
  }
}, 60_000);

test('each kind stands in its environments, with what differs there', () => {
  const assembly = assemblyOf(FILE);
  expect(assembly.stacks.map(({ stackName }) => stackName).sort()).toEqual([
    'all-production',
    'all-staging',
    'chat-production',
    'chat-staging',
    'evaluations-production',
    'exact-production',
    'exact-staging',
    'rollouts-production',
  ]);
  const templates = templatesOf(assembly);
  const groups = (name: string) => resourcesOf(templates[name], 'AWS::AutoScaling::AutoScalingGroup').length;
  expect([groups('chat-staging'), groups('chat-production')]).toEqual([1, 2]);
}, 60_000);

/** What a file has beside the fleets of the kinds above. */
const OTHERS = `
images:
  base: { runtime: { container: { image: server } }, lifecycle: [{ addScheduledRebuild: { schedule: { cron: { weekDay: MON, hour: '3', minute: '0' } } } }] }
inferenceFleets:
  small: { image: base, capacity: { onDemand: { instanceTypes: [m9g.large] } } }
workerFleets:
  tools:
    image: { runtime: { none: {} } }
    capacity: { spotFirst: { instanceTypes: [m9g.large] } }
    jobs: { handler: { program: { command: [/opt/run] } } }
budgets:
  power: { powerBudget: { fleets: [small], kilowatts: 5 } }
  cost: { costBudget: { fleets: [small], usdPerMonth: 5000 } }
  bill: { billingBudget: { fleets: [small], usdPerMonth: 5000, topic: 'arn:aws:sns:us-east-1:123456789012:alerts' } }
`;

test('a file makes every public construct, but for those that are left out with a reason', () => {
  const app = appOfFile();
  FleetTemplate.fromFile(fleetFile({ 'fleet.yaml': `${FILE}${OTHERS}` })).addTo(app, { environments: ['production'] });
  const tree = app.node.findAll();
  const constructs = Object.entries(library).filter(
    ([, value]) => typeof value === 'function' && value.prototype instanceof Construct,
  );
  const missing = constructs.filter(([, kind]) => !tree.some((construct) => construct instanceof (kind as Class)));
  expect(constructs.length).toBeGreaterThan(20);
  expect(missing.map(([name]) => name).sort()).toEqual([...Object.keys(LEFT_OUT_CONSTRUCTS), 'FleetProduct'].sort());
}, 60_000);

type Class = new (...given: never[]) => object;

const IMAGE = '{ runtime: { container: { image: server } } }';
const ZONE = 'hostedZone: { id: Z0123456789ABCDEFGHIJ, name: example.com }';
const CAPACITY = '{ onDemand: { instanceTypes: [m9g.4xlarge] } }';

describe('problems have their line', () => {
  test('of values, before any construct is made', () => {
    const lines = readProblems(`
fleetCells:
  chat:
    image: ${IMAGE}
    capacity: ${CAPACITY}
    cells: { count: two, hostedZone: Z0123456789ABCDEFGHIJ, record: chat }
rayClusters:
  rollouts: { image: ${IMAGE}, capacity: ${CAPACITY}, scaling: [], idleTimeout: 30 }
batchFleets:
  evaluations: { image: ${IMAGE}, capacity: ${CAPACITY}, updateTimout: 1 hour }
meters:
  empty: { fleets: [] }
  some: { fleets: [chat, rollouts, evaluations, other], interval: 5 }
`);
    expect(lines).toMatchInlineSnapshot(`
      [
        "fleet.yaml:6:14 fleetCells.chat.cells.count: got text, allowed a number: write it in digits, without quotes or unit",
        "fleet.yaml:6:26 fleetCells.chat.cells.hostedZone: got text, allowed a map of id, name: write its keys below it",
        "fleet.yaml:6:61 fleetCells.chat.cells.record: got an unknown key, allowed count, hostedZone, recordName, weights: remove it",
        "fleet.yaml:8:127 rayClusters.rollouts.scaling: got an unknown key, allowed environments, capacity, image, network, coldStart, headInstanceType, idleTimeout, analyticsReporting, crossRegionReferences, description, notificationArns, permissionsBoundary, stackName, suppressTemplateIndentation, tags, terminationProtection: remove it",
        "fleet.yaml:8:140 rayClusters.rollouts.idleTimeout: got a number without a unit, allowed a duration: a whole number with milliseconds, seconds, minutes, hours or days: write it as in 90 seconds",
        "fleet.yaml:10:130 batchFleets.evaluations.updateTimout: got an unknown key, allowed environments, capacity, image, network, updateTimeout, analyticsReporting, crossRegionReferences, description, notificationArns, permissionsBoundary, stackName, suppressTemplateIndentation, tags, terminationProtection: did you mean updateTimeout?",
        "fleet.yaml:12:12 meters.empty.fleets: got no fleet, allowed names of fleets of this file: name the fleets in a list",
        "fleet.yaml:13:26 meters.some.fleets[1]: got rollouts, whose instances are in no Auto Scaling group of the fleet, allowed chat: remove it; "graviton-fleet plan" says what it may cost and draw",
        "fleet.yaml:13:36 meters.some.fleets[2]: got evaluations, whose instances are in no Auto Scaling group of the fleet, allowed chat: remove it; "graviton-fleet plan" says what it may cost and draw",
        "fleet.yaml:13:49 meters.some.fleets[3]: got the unknown fleet other, allowed chat: remove it, or correct it",
        "fleet.yaml:13:57 meters.some.interval: got a number without a unit, allowed a duration: a whole number with milliseconds, seconds, minutes, hours or days: write it as in 90 seconds",
      ]
    `);
  });

  test('of one fleet that is several', () => {
    const lines = readProblems(`
fleetCells:
  chat: { image: ${IMAGE}, capacity: ${CAPACITY}, cells: { count: 2, ${ZONE} } }
budgets:
  power: { powerBudget: { fleets: [chat], kilowatts: 5, split: { percentages: [{ fleet: chat, percentage: 80 }] } } }
`);
    expect(lines).toMatchInlineSnapshot(`
      [
        "fleet.yaml:5:82 budgets.power.powerBudget.split.percentages[0].fleet: got chat, which is several cells, allowed the name of one fleet: leave it out: what the group says of all fleets holds for each cell",
      ]
    `);
  });

  test('of constructs', () => {
    const lines = synthProblems(`
environments: { production: { region: us-east-1, account: "123456789012" } }
fleetCells:
  chat:
    image: ${IMAGE}
    capacity: ${CAPACITY}
    cells: { count: 2, ${ZONE}, weights: [300] }
rayClusters:
  rollouts:
    image: ${IMAGE}
    capacity: ${CAPACITY}
    idleTimeout: 5 seconds
batchFleets:
  evaluations:
    image: ${IMAGE}
    capacity: { onDemand: { instanceTypes: [m9g.4xlarge, m9g.8xlarge] } }
`);
    expect(lines).toMatchInlineSnapshot(`
      [
        "fleet.yaml:7:86 fleetCells.chat.cells.weights: got 1 weights, allowed 2: give one for each cell, or none",
        "fleet.yaml:7:96 fleetCells.chat.cells.weights[0]: got 300, allowed a whole number from 0 to 255: give a number in that range",
        "fleet.yaml:10:5 rayClusters.rollouts.image.features: got an image without ray, allowed an image for Ray: add ImageComponent.ray() to the image; for an AMI that has it, name the feature",
        "fleet.yaml:12:5 rayClusters.rollouts.idleTimeout: got 5 seconds, allowed 30 seconds to 1 day: give a time in that range",
        "fleet.yaml:15:5 batchFleets.evaluations.image.features: got an image without ecs-agent, allowed an image for AWS Batch: add ImageComponent.ecsAgent() to the image; for an AMI that has it, name the feature",
        "fleet.yaml:16:5 batchFleets.evaluations.capacity.size: got instances, which are no certain number of vCPUs, allowed vCPUs, or instances of types with the same number of vCPUs: use FleetSize.vcpus(...), which AWS Batch counts",
      ]
    `);
  });

  test('of cells that are too many for a stack', () => {
    const lines = synthProblems(`
environments: { production: { region: us-east-1, account: "123456789012" } }
fleetCells:
  chat:
    image: ${IMAGE}
    capacity: ${CAPACITY}
    cells:
      count: 40
      ${ZONE}
`);
    expect(lines).toMatchInlineSnapshot(`
      [
        "fleet.yaml:8:7 fleetCells.chat.cells.count: got 40, of 726 resources, allowed 500 resources in a stack: make fewer cells of larger groups",
      ]
    `);
  }, 60_000);
});
