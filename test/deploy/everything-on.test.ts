import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { buildInstancePrograms } from '../../scripts/build-instance-programs';
import { CdkCli } from '../../scripts/local-aws/cdk-cli';
import { LocalAws } from '../../scripts/local-aws/local-aws';
import { StackReadBack } from '../../scripts/local-aws/stack-read-back';
import { supportTable } from '../../scripts/local-aws/support-table';
import { InstanceUnderTest } from '../instance/support/instance-under-test';
import { JobQueues } from '../instance/support/job-queues';
import { RecordedAutoScaling } from '../instance/support/recorded-auto-scaling';
import { BundleCopy } from '../support/bundle-copy';
import { useScratchDirectory } from '../support/scratch-directory';
import { Json } from '../support/template';
import { appWithBundle } from './fleet-under-test';
import { LocalServices } from './local-services';
import { changedIds, changedTypes, named, ofType, unresolved } from './stack-resources';

const PROJECT = path.join(__dirname, '..', '..');
/** Where the recommended feature flags are. */
const FLAGS = path.join(PROJECT, 'examples', 'complete-fleet');
const STACK = 'EverythingOn';
const FLEETS = ['Chat', 'Gateway', 'Simulation', 'CellsCell1', 'CellsCell2', 'Workers'];
/** Of each fleet that has none of its own: 110 seconds of work, 10 until the instance knows, 30 to say that it is done. */
const DEFAULT_DRAIN = 150;

// The steps build on each other: they are one deployment's life. What no service of the emulator stands behind is only
// seen as CloudFormation resolved it; the table at the end says which that is.
describe('deployment of every kind of fleet with every option', () => {
  const scratch = useScratchDirectory();
  const table: string[] = [];
  let localAws: LocalAws;
  let services: LocalServices;
  let bundle: BundleCopy;
  let cdk: CdkCli;
  let changed: CdkCli;
  let created: StackReadBack;
  let updated: StackReadBack;

  const timed = async (step: string, work: () => Promise<unknown>) => {
    const start = Date.now();
    await work();
    table.push(`${step.padEnd(26)} ${((Date.now() - start) / 1000).toFixed(1).padStart(6)} s`);
  };
  const cdkFor = (options: string) =>
    new CdkCli({
      localAws,
      app: appWithBundle(path.relative(FLAGS, path.join(__dirname, 'fixtures', 'everything-on', 'app.ts'))),
      workingDirectory: FLAGS,
      environment: { FLEET_KERNEL_BUNDLE: bundle.directory, FLEET_OPTIONS: options },
    });
  const groupOf = (fleet: string, stack = created) => named(stack, `${fleet}GroupASG`);
  const launchDataOf = (fleet: string) =>
    named(created, `${fleet}LaunchTemplate`).properties.LaunchTemplateData as Json;

  beforeAll(async () => {
    localAws = await LocalAws.start();
    services = new LocalServices(localAws);
    bundle = new BundleCopy(path.join(PROJECT, 'kernels', 'build', 'bundle'), path.join(localAws.directory, 'bundle'));
    cdk = cdkFor('first');
    changed = cdkFor('changed');
    await timed('bootstrap', () => cdk.bootstrap());
  });

  afterAll(async () => {
    await localAws?.stop();
    console.log([`${STACK} on the local AWS`, ...table].join('\n'));
  });

  test('creates the stack', async () => {
    await timed('deploy', () => cdk.deploy(STACK));
    created = await localAws.stack(STACK);
    expect(created.status).toBe('CREATE_COMPLETE');
    expect(unresolved(created)).toEqual([]);
    expect(await services.groupNames()).toHaveLength(FLEETS.length);
  });

  test('every group boots the one image by number, in its own mixed instances policy', () => {
    const image = ofType(created, 'AWS::ImageBuilder::Image')[0].attributes.ImageId;
    for (const fleet of FLEETS) {
      const { MixedInstancesPolicy: policy } = groupOf(fleet).properties as Json;
      const { LaunchTemplateId, Version } = policy.LaunchTemplate.LaunchTemplateSpecification;
      expect([LaunchTemplateId, Version]).toEqual([named(created, `${fleet}LaunchTemplate`).physicalId, '1']);
      expect(launchDataOf(fleet).ImageId).toBe(image);
      expect(launchDataOf(fleet).MetadataOptions.HttpTokens).toBe('required');
    }
  });

  test('groups are as large as was asked, in instances, vCPUs or work per second', async () => {
    const sizes = await Promise.all(FLEETS.map((fleet) => services.sizeOf(groupOf(fleet).physicalId)));
    expect(Object.fromEntries(FLEETS.map((fleet, index) => [fleet, sizes[index]]))).toEqual({
      Chat: [0, 12],
      Gateway: [64, 640],
      Simulation: [2, 2],
      CellsCell1: [100, 600],
      CellsCell2: [100, 600],
      Workers: [0, 20],
    });
  });

  test('instances are bought as the capacity says (recorded, not emulated)', () => {
    const distribution = (fleet: string) =>
      (groupOf(fleet).properties as Json).MixedInstancesPolicy.InstancesDistribution;
    const overrides = (fleet: string) =>
      (groupOf(fleet).properties as Json).MixedInstancesPolicy.LaunchTemplate.Overrides as Json[];
    expect(distribution('Chat').OnDemandPercentageAboveBaseCapacity).toBe(100);
    expect(distribution('Gateway')).toMatchObject({
      OnDemandBaseCapacity: 64,
      OnDemandPercentageAboveBaseCapacity: 25,
    });
    expect(distribution('Workers')).toMatchObject({ SpotAllocationStrategy: 'price-capacity-optimized' });
    const allowed = overrides('Gateway').flatMap(
      ({ InstanceRequirements }) => InstanceRequirements.AllowedInstanceTypes,
    );
    expect(allowed.every((type: string) => /^[mr]8gd\./.test(type))).toBe(true);
    expect(
      overrides('CellsCell1').map(({ InstanceType, WeightedCapacity }) => [InstanceType, WeightedCapacity]),
    ).toEqual([
      ['m9g.4xlarge', '104'],
      ['m8g.4xlarge', '60'],
    ]);
    const reservation = (groupOf('Simulation').properties as Json).CapacityReservationSpecification;
    expect(reservation.CapacityReservationPreference).toBe('capacity-reservations-only');
  });

  test('instances are placed as the capacity says (recorded, not emulated)', () => {
    const strategies = FLEETS.map((fleet) =>
      Object.keys(created.resources).some((id) => id.startsWith(`${fleet}PlacementGroup`))
        ? (named(created, `${fleet}PlacementGroup`).properties.Strategy as string)
        : undefined,
    );
    expect(strategies).toEqual([undefined, 'partition', 'cluster', 'spread', 'spread', undefined]);
    expect(launchDataOf('Gateway').Placement.GroupName).toBe(named(created, 'GatewayPlacementGroup').physicalId);
    expect(launchDataOf('Simulation').NetworkInterfaces[0].InterfaceType).toBe('efa');
    expect(launchDataOf('Gateway').NetworkPerformanceOptions).toEqual({ BandwidthWeighting: 'ebs-1' });
    const subnets = FLEETS.map((fleet) => (groupOf(fleet).properties.VPCZoneIdentifier as string[]).length);
    expect(subnets).toEqual([2, 2, 1, 2, 2, 2]);
    expect(groupOf('Chat').properties).toMatchObject({
      AvailabilityZoneDistribution: { CapacityDistributionStrategy: 'balanced-only' },
      AvailabilityZoneImpairmentPolicy: { ZonalShiftEnabled: true },
    });
  });

  test('hooks wait for the longest request, and an instance of the warm pool for its first answer', async () => {
    const hooks = await Promise.all(FLEETS.map((fleet) => services.hooksOf(groupOf(fleet).physicalId)));
    const timeouts = hooks.map((of) =>
      Object.fromEntries(of.map((hook) => [hook.LifecycleHookName, hook.HeartbeatTimeout])),
    );
    expect(timeouts).toEqual([
      { drain: 100 + 40, ready: 270 },
      { drain: DEFAULT_DRAIN },
      { drain: DEFAULT_DRAIN },
      { drain: DEFAULT_DRAIN },
      { drain: DEFAULT_DRAIN },
      { drain: 600 + 40 },
    ]);
    const chat = hooks[0].find(({ LifecycleHookName: name }) => name !== 'drain')!;
    expect([chat.LifecycleTransition, chat.DefaultResult]).toEqual(['autoscaling:EC2_INSTANCE_LAUNCHING', 'ABANDON']);
  });

  test('the warm pool is the group’s own (recorded, not emulated)', () => {
    const pool = named(created, 'ChatWarmPool');
    expect(pool.properties).toMatchObject({
      AutoScalingGroupName: groupOf('Chat').physicalId,
      PoolState: 'Hibernated',
      MinSize: 1,
      MaxGroupPreparedCapacity: 6,
      InstanceReusePolicy: { ReuseOnScaleIn: true },
    });
    expect(launchDataOf('Chat').HibernationOptions).toEqual({ Configured: true });
  });

  test('policies are the group’s own, of the kind and with the target that was asked', async () => {
    const policies = await services.policiesOf(groupOf('Chat').physicalId);
    const targets = policies.map(({ TargetTrackingConfiguration: tracking }) => tracking?.TargetValue);
    expect(targets.filter((target) => target !== undefined).sort((a, b) => a - b)).toEqual([2, 4, 6, 70, 80]);
    const kinds = policies.map(({ PolicyType }) => PolicyType!);
    const count = (kind: string) => kinds.filter((other) => other === kind).length;
    expect([count('TargetTrackingScaling'), count('PredictiveScaling'), count('StepScaling')]).toEqual([5, 1, 3]);
    const [forecast] = policies.flatMap(({ PredictiveScalingConfiguration }) => PredictiveScalingConfiguration ?? []);
    expect([forecast.Mode, forecast.SchedulingBufferTime]).toEqual(['ForecastAndScale', 180]);
    const metric = forecast.MetricSpecifications![0].PredefinedMetricPairSpecification!;
    const balancer = String(named(created, 'ChatLoadBalancer').attributes.LoadBalancerFullName);
    const targetGroup = String(named(created, 'ChatTargets').attributes.TargetGroupFullName);
    expect(metric.ResourceLabel).toBe(`${balancer}/${targetGroup}`);
  });

  test('schedules set bounds, in their time zone', async () => {
    expect(await services.scheduleOf(groupOf('Chat').physicalId)).toEqual([
      { Recurrence: '30 7 * * MON-FRI', TimeZone: 'Europe/Berlin', MinSize: 3, MaxSize: 10 },
    ]);
    expect(await services.scheduleOf(groupOf('Workers').physicalId)).toMatchObject([{ MaxSize: 40 }]);
  });

  test('each alarm that wakes a fleet starts its policy, and each of a roll-out is watched by it', () => {
    const wakes = { ChatWakeOnRequests: 'ChatWakeOnRequestsAlarm', ChatWakeOnQueue: 'ChatWakeOnQueueAlarm' };
    for (const [policy, alarm] of Object.entries({
      ...wakes,
      ChatWakeOnTokens: 'Wanted',
      WorkersWakeOnQueue: 'WorkersWakeOnQueueAlarm',
    })) {
      expect(named(created, alarm).properties.AlarmActions).toEqual([named(created, policy).physicalId]);
    }
    const { AutoScalingInstanceRefresh: refresh } = groupOf('Chat').updatePolicy as Json;
    const ready = ['IllegalInstructions', 'ServerErrorRate', 'UnhealthyInstances'].map((name) => `ChatRollout${name}`);
    const watched = ['Failures', 'ErrorRate', ...ready].map((alarm) => named(created, alarm).physicalId);
    expect([...(refresh.Preferences.AlarmSpecification.Alarms as string[])].sort()).toEqual(watched.sort());
  });

  test('load balancers speak TLS, and wait for the longest request of what leaves them', async () => {
    const [chat] = await services.listenersOf(named(created, 'ChatLoadBalancer').physicalId);
    const [gateway] = await services.listenersOf(named(created, 'GatewayLoadBalancer').physicalId);
    const [simulation] = await services.listenersOf(named(created, 'SimulationLoadBalancer').physicalId);
    expect([chat, gateway, simulation].map(({ Protocol }) => Protocol)).toEqual(['HTTPS', 'TLS', 'TCP']);
    expect(chat.SslPolicy).toBe('ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09');
    const attributes = await services.loadBalancerAttributes(named(created, 'ChatLoadBalancer').physicalId);
    expect(attributes).toMatchObject({
      'idle_timeout.timeout_seconds': '360',
      'client_keep_alive.seconds': '1800',
      'access_logs.s3.bucket': named(created, 'AccessLogs').physicalId,
    });
    const targets = await services.targetGroupAttributes(named(created, 'ChatTargets').physicalId);
    expect(targets).toMatchObject({
      'deregistration_delay.timeout_seconds': '110',
      'load_balancing.algorithm.type': 'least_outstanding_requests',
      'load_balancing.cross_zone.enabled': 'false',
    });
  });

  test('each cell has its share of the name', async () => {
    expect(await weights()).toEqual({ 'cell-1': 255, 'cell-2': 0 });
  });

  test('jobs, results and ledger are kept and protected as was asked', async () => {
    const [jobs, dead] = await Promise.all(
      ['WorkersJobs', 'WorkersDeadJobs'].map((name) => services.queueAttributes(named(created, name).physicalId)),
    );
    expect(jobs).toMatchObject({
      VisibilityTimeout: '90',
      MessageRetentionPeriod: '172800',
      SqsManagedSseEnabled: 'true',
    });
    expect(JSON.parse(jobs.RedrivePolicy)).toEqual({ deadLetterTargetArn: dead.QueueArn, maxReceiveCount: 5 });
    expect(dead.MessageRetentionPeriod).toBe(String(14 * 86_400));
    const [rule] = (named(created, 'WorkersResultBucket').properties as Json).LifecycleConfiguration.Rules;
    expect([rule.ExpirationInDays, rule.Status]).toEqual([7, 'Enabled']);
    expect(await services.tableExists(named(created, 'WorkersLedger').physicalId)).toBe(true);
    expect(named(created, 'WorkersLedger').properties).toMatchObject({
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  test('the worker agent does a job with what the launch template writes on the instance', async () => {
    const [directory, programs, autoScaling] = [scratch(), scratch(), await RecordedAutoScaling.start()];
    await buildInstancePrograms(programs);
    const instance = await InstanceUnderTest.launch('i-0123456789abcdef0', directory, autoScaling);
    const name = (id: string) => named(created, id).physicalId;
    const queues = JobQueues.deployed(
      localAws,
      { ledger: name('WorkersLedger'), bucket: name('WorkersResultBucket') },
      { jobs: name('WorkersJobs'), results: name('WorkersResults'), dead: name('WorkersDeadJobs') },
    );
    await queues.send([{ id: 'first', body: 'payload' }]);

    const userData = Buffer.from(launchDataOf('Workers').UserData as string, 'base64').toString();
    const written = /^cat >\/etc\/graviton\/worker\.json <<'END'\n(.*)\nEND$/m.exec(userData)![1];
    const environment = { AWS_ENDPOINT_URL: localAws.endpoint };
    instance.start(path.join(programs, 'worker-agent.js'), JSON.parse(written) as object, environment);
    const [{ jobId, result }] = await vi.waitFor(async () => {
      const results = await queues.takeResults();
      expect(results).toHaveLength(1);
      return results;
    }, 30_000);
    expect([jobId, result.body]).toEqual(['first', 'payload']);
    expect((await queues.ledger()).get('first')).toMatchObject({ state: 'done', attempts: 1 });
    await instance.end();
    await autoScaling.stop();
  });

  test('rolls a changed kernel byte out to every group, and touches nothing else', async () => {
    bundle.changeOneByte();
    await timed('deploy, one byte changed', () => cdk.deploy(STACK));
    updated = await localAws.stack(STACK);
    expect(updated.status).toBe('UPDATE_COMPLETE');
    const ofEachFleet = FLEETS.flatMap(() => ['AWS::AutoScaling::AutoScalingGroup', 'AWS::EC2::LaunchTemplate']);
    const chain = ['Component', 'Image', 'ImageRecipe'].map((type) => `AWS::ImageBuilder::${type}`);
    expect(changedTypes(created, updated)).toEqual([...ofEachFleet, ...chain].sort());
    expect(named(updated, 'WorkersLaunchTemplate').attributes.LatestVersionNumber).toBe('2');
  });

  test('changes the options that changed, where they act, and replaces nothing', async () => {
    const before = updated;
    await timed('deploy, options changed', () => changed.deploy(STACK));
    updated = await localAws.stack(STACK);
    expect(updated.status).toBe('UPDATE_COMPLETE');
    const ids = changedIds(before, updated);
    expect(ids.map((id) => id.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual([
      'CellsRecord1',
      'CellsRecord2',
      'ChatGroupASG',
      'ChatLaunchTemplate',
      // It allows for the instances that a fleet of that size starts at once.
      'ChatRolloutUnhealthyInstances',
      'ChatTargets',
      'ChatWarmPool',
      // It says how many instances the fleet may have.
      'Dashboard',
      'GatewayGroupASG',
      'WorkersGroupASG',
      'WorkersJobs',
      'WorkersLaunchTemplate',
    ]);
    expect(ids.filter((id) => updated.resources[id].physicalId !== before.resources[id].physicalId)).toEqual([]);

    const chat = groupOf('Chat', updated).physicalId;
    expect(await services.sizeOf(chat)).toEqual([0, 14]);
    expect(await services.sizeOf(groupOf('Gateway', updated).physicalId)).toEqual([64, 512]);
    const drain = (await services.hooksOf(chat)).find(({ LifecycleHookName: name }) => name === 'drain');
    expect(drain?.HeartbeatTimeout).toBe(200 + 40);
    const targets = await services.targetGroupAttributes(named(updated, 'ChatTargets').physicalId);
    expect(targets['deregistration_delay.timeout_seconds']).toBe('210');
    expect(named(updated, 'ChatWarmPool').properties.MinSize).toBe(2);
    const jobs = await services.queueAttributes(named(updated, 'WorkersJobs').physicalId);
    expect([jobs.VisibilityTimeout, JSON.parse(jobs.RedrivePolicy).maxReceiveCount]).toEqual(['120', 7]);
    expect(await weights()).toEqual({ 'cell-1': 128, 'cell-2': 127 });
  });

  test('destroys the stack, and keeps what jobs left behind', async () => {
    const support = supportTable(updated);
    const bucket = named(updated, 'WorkersResultBucket').physicalId;
    const ledger = named(updated, 'WorkersLedger').physicalId;
    await timed('destroy', () => changed.destroy(STACK));
    table.push(support);
    expect(await localAws.stack(STACK)).toMatchObject({ status: 'DELETE_COMPLETE', resources: {} });
    expect(await services.groupNames()).toEqual([]);
    expect(await services.bucketExists(bucket)).toBe(true);
    expect(await services.tableExists(ledger)).toBe(true);
  });

  /** The weight of each weighted record of the zone; each leads to the load balancer of its cell. */
  async function weights(): Promise<Record<string, number>> {
    const records = await services.records(named(created, 'Zone').physicalId);
    const weighted = records.filter((xml) => xml.includes('<SetIdentifier>'));
    return Object.fromEntries(
      weighted.map((xml) => {
        const cell = /<SetIdentifier>(.*?)</.exec(xml)![1];
        const balancer = named(created, `Cells${cell.replace('cell-', 'Cell')}LoadBalancer`);
        expect(xml).toContain(`<DNSName>dualstack.${String(balancer.attributes.DNSName)}`);
        return [cell, Number(/<Weight>(\d+)</.exec(xml)![1])];
      }),
    );
  }
});
