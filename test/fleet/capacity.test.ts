import { Token } from 'aws-cdk-lib';
import { CapacityDistributionStrategy } from 'aws-cdk-lib/aws-autoscaling';
import { describe, expect, test } from 'vitest';
import {
  BandwidthWeighting,
  FleetCapacity,
  FleetEconomics,
  FleetEstimate,
  FleetPlacement,
  FleetSize,
  GravitonProcessor,
  ImpairedZoneBehavior,
  InferenceFleet,
  InstanceAttributes,
  InstanceCatalog,
  Offering,
  ReservationPreference,
} from '../../lib';
import { existingFleet, inRegion, newStack } from '../support/fleet-app';
import { CloudFormationTemplate, Json, onlyResource, resourcesOf, templateOf } from '../support/template';

const GROUP = 'AWS::AutoScaling::AutoScalingGroup';
const { GRAVITON2, GRAVITON3, GRAVITON4, GRAVITON5 } = GravitonProcessor;

function deploy(capacity: FleetCapacity, env = inRegion('us-east-1')): [InferenceFleet, CloudFormationTemplate] {
  const stack = newStack(env);
  const fleet = existingFleet(stack, { capacity });
  return [fleet, templateOf(stack)];
}

function groupOf(capacity: FleetCapacity, env = inRegion('us-east-1')): Json {
  return onlyResource(deploy(capacity, env)[1], GROUP)[1].Properties;
}

function overridesOf(capacity: FleetCapacity): Json[] {
  return groupOf(capacity).MixedInstancesPolicy.LaunchTemplate.Overrides;
}

function launchTemplateOf(capacity: FleetCapacity): Json {
  return onlyResource(deploy(capacity)[1], 'AWS::EC2::LaunchTemplate')[1].Properties.LaunchTemplateData;
}

const byAttributes = (attributes: InstanceAttributes) => FleetCapacity.attributes({ attributes });

describe('capacity by attributes', () => {
  test('names each feasible type of the region, and says the attributes once more', () => {
    const attributes = {
      vcpus: { min: 16, max: 32 },
      memoryGibPerVcpu: { min: 4, max: 4 },
      localStorageGb: { max: 0 },
    };
    const [override, ...others] = overridesOf(byAttributes(attributes));
    expect(others).toEqual([]);
    expect(override).toEqual({
      InstanceRequirements: {
        CpuManufacturers: ['amazon-web-services'],
        AllowedInstanceTypes: [
          ...['m9g.4xlarge', 'm9g.8xlarge'],
          ...['m8g.4xlarge', 'm8gn.4xlarge', 'm8gb.4xlarge', 'm8g.8xlarge', 'm8gn.8xlarge', 'm8gb.8xlarge'],
        ],
        VCpuCount: { Min: 16, Max: 32 },
        MemoryMiB: { Min: 0 },
        MemoryGiBPerVCpu: { Min: 4, Max: 4 },
        LocalStorage: 'excluded',
        BareMetal: 'excluded',
        BurstablePerformance: 'excluded',
        OnDemandMaxPricePercentageOverLowestPrice: 999999,
        SpotMaxPricePercentageOverLowestPrice: 999999,
      },
    });
  });

  test.each<[string, InstanceAttributes, string[]]>([
    ['vCPUs', { vcpus: { min: 192 }, families: ['m9g'] }, ['m9g.48xlarge']],
    [
      'memory',
      { vcpus: { max: 8 }, memoryGib: { min: 64, max: 64 }, processors: [GRAVITON5] },
      ['r9g.2xlarge', 'r9gd.2xlarge'],
    ],
    [
      'local disks',
      { vcpus: { min: 4, max: 4 }, localStorageGb: { min: 1 }, processors: [GRAVITON5] },
      ['m9gd.xlarge', 'c9gd.xlarge', 'r9gd.xlarge'],
    ],
    ['network', { vcpus: { max: 48 }, networkBaselineGbps: { min: 25 }, families: ['m9g'] }, ['m9g.12xlarge']],
    [
      'burstable by name',
      { vcpus: { max: 2 }, families: ['t4g'], processors: [GRAVITON2], memoryGib: { min: 8 } },
      ['t4g.large'],
    ],
  ])('selects by %s', (_, attributes, expected) => {
    const [fleet, template] = deploy(byAttributes(attributes));
    const [, { Properties }] = onlyResource(template, GROUP);
    const { InstanceRequirements } = Properties.MixedInstancesPolicy.LaunchTemplate.Overrides[0];
    expect(fleet.capacity.instanceTypes).toEqual(expected);
    expect(InstanceRequirements.AllowedInstanceTypes).toEqual(expected);
  });

  test('takes processors in the order of the user, and follows the region', () => {
    const attributes = { vcpus: { min: 16, max: 16 }, memoryGib: { max: 32 }, processors: [GRAVITON4, GRAVITON5] };
    const capacity = byAttributes({ ...attributes, families: ['c9g', 'c8g'] });
    expect(deploy(capacity)[0].capacity.instanceTypes).toEqual(['c8g.4xlarge', 'c9g.4xlarge']);
    expect(deploy(capacity, inRegion('eu-west-1'))[0].capacity.instanceTypes).toEqual(['c8g.4xlarge']);
    expect(InstanceCatalog.isOffered('c9g.4xlarge', 'eu-west-1')).toBe(Offering.NOT_OFFERED);
  });

  test('buys at the lowest price, because Auto Scaling has no order of attributes', () => {
    const attributes = { vcpus: { min: 16 } };
    const distribution = (capacity: FleetCapacity) => groupOf(capacity).MixedInstancesPolicy.InstancesDistribution;
    const onDemand = { OnDemandAllocationStrategy: 'lowest-price', OnDemandBaseCapacity: 0 };
    expect(distribution(byAttributes(attributes))).toEqual({ ...onDemand, OnDemandPercentageAboveBaseCapacity: 100 });
    const spot = FleetCapacity.attributes({ attributes, onDemandPercentageAboveBase: 0 });
    expect(distribution(spot)).toEqual({
      ...onDemand,
      OnDemandPercentageAboveBaseCapacity: 0,
      SpotAllocationStrategy: 'price-capacity-optimized',
    });
    expect([spot.usesSpot, byAttributes(attributes).usesSpot]).toEqual([true, false]);
  });

  test('counts vCPUs by the type of the desired capacity', () => {
    const size = FleetSize.vcpus({ min: 64, max: 640 });
    const group = groupOf(FleetCapacity.attributes({ attributes: { vcpus: { min: 16, max: 64 } }, size }));
    expect(group).toMatchObject({ MinSize: '64', MaxSize: '640', DesiredCapacityType: 'vcpu' });
  });

  test('the widest selection fits into what Auto Scaling allows: 400 names of 30 letters', () => {
    const processors = [GRAVITON5, GRAVITON4, GRAVITON3, GravitonProcessor.GRAVITON3E, GRAVITON2];
    const families = processors.flatMap((processor) => processor.families);
    const { instanceTypes } = byAttributes({ vcpus: {}, processors, families });
    expect(instanceTypes.length).toBeGreaterThan(300);
    expect(instanceTypes.length).toBeLessThanOrEqual(400);
    expect(Math.max(...instanceTypes.map((type) => type.length))).toBeLessThanOrEqual(30);
  });
});

describe('mixed generations', () => {
  const mixed = (instanceTypes: string[], more = {}) => FleetCapacity.mixedGenerations({ instanceTypes, ...more });
  const typesOf = (capacity: FleetCapacity, region = 'us-east-1') =>
    deploy(capacity, inRegion(region))[0].capacity.instanceTypes;

  test('are the same series and sizes, the first processor first', () => {
    expect(typesOf(mixed(['m9g.4xlarge', 'c9gd.8xlarge']))).toEqual([
      ...['m9g.4xlarge', 'c9gd.8xlarge', 'm8g.4xlarge', 'c8gd.8xlarge'],
    ]);
    expect(typesOf(mixed(['m9g.4xlarge'], { processors: [GRAVITON4, GRAVITON3] }))).toEqual([
      ...['m8g.4xlarge', 'm7g.4xlarge'],
    ]);
  });

  test('leave out what the region does not offer, and say so', () => {
    const stack = newStack(inRegion('eu-west-2'));
    const fleet = existingFleet(stack, { capacity: mixed(['m9g.4xlarge']) });
    expect(fleet.capacity.instanceTypes).toEqual(['m8g.4xlarge']);
    expect(fleet.node.metadata.map(({ data }) => String(data)).join()).toContain('m9g.4xlarge is left out');
  });

  test('follow the order strictly on-demand, and as far as capacity allows with Spot', () => {
    const capacity = mixed(['m9g.4xlarge'], { onDemandPercentageAboveBase: 20, onDemandBase: 1 });
    expect(groupOf(capacity).MixedInstancesPolicy.InstancesDistribution).toEqual({
      OnDemandAllocationStrategy: 'prioritized',
      OnDemandBaseCapacity: 1,
      OnDemandPercentageAboveBaseCapacity: 20,
      SpotAllocationStrategy: 'capacity-optimized-prioritized',
    });
    expect(mixed(['m9g.4xlarge']).usesSpot).toBe(false);
  });
});

describe('reserved capacity', () => {
  const reserved = (more = {}) =>
    groupOf(FleetCapacity.reserved({ instanceTypes: ['m9g.4xlarge'], ...more })).CapacityReservationSpecification;

  test('is any open reservation first, or the named ones alone', () => {
    expect(reserved()).toEqual({ CapacityReservationPreference: 'capacity-reservations-first' });
    const group = 'arn:aws:resource-groups:us-east-1:123456789012:group/inference';
    expect(
      reserved({
        preference: ReservationPreference.ONLY,
        reservationIds: ['cr-0123456789abcdef0'],
        resourceGroupArns: [group],
      }),
    ).toEqual({
      CapacityReservationPreference: 'capacity-reservations-only',
      CapacityReservationTarget: {
        CapacityReservationIds: ['cr-0123456789abcdef0'],
        CapacityReservationResourceGroupArns: [group],
      },
    });
  });

  test('takes ids that are only known at deployment', () => {
    const id = Token.asString({ Ref: 'Reservation' });
    expect(reserved({ reservationIds: [id] }).CapacityReservationTarget).toEqual({
      CapacityReservationIds: [{ Ref: 'Reservation' }],
    });
  });
});

describe('a size', () => {
  const sized = (size: FleetSize, more = {}) =>
    FleetCapacity.spotFirst({ instanceTypes: ['m9g.4xlarge', 'm8g.8xlarge'], size, ...more });

  test('in instances is that of minInstances and maxInstances', () => {
    const [size, names] = [sized(FleetSize.instances({ min: 1, max: 4 })), { minInstances: 1, maxInstances: 4 }];
    const plain = FleetCapacity.spotFirst({ instanceTypes: ['m9g.4xlarge', 'm8g.8xlarge'], ...names });
    expect(groupOf(size)).toEqual(groupOf(plain));
    expect(overridesOf(size)[0]).toEqual({ InstanceType: 'm9g.4xlarge' });
  });

  test('in vCPUs weighs each type', () => {
    const capacity = sized(FleetSize.vcpus({ min: 48, max: 320 }), { onDemandBase: 32 });
    expect(overridesOf(capacity)).toEqual([
      { InstanceType: 'm9g.4xlarge', WeightedCapacity: '16' },
      { InstanceType: 'm8g.8xlarge', WeightedCapacity: '32' },
    ]);
    const group = groupOf(capacity);
    expect([group.MinSize, group.MaxSize, group.DesiredCapacityType]).toEqual(['48', '320', undefined]);
    expect(group.MixedInstancesPolicy.InstancesDistribution.OnDemandBaseCapacity).toBe(32);
    expect([capacity.minInstances, capacity.maxInstances]).toEqual([2, 20]);
  });

  test('in work per second rounds so that the fleet never does less than it was asked to', () => {
    const capacity = sized(
      FleetSize.workPerSecond({
        workName: 'tokens',
        perInstance: { 'm9g.4xlarge': 1049, 'm8g.8xlarge': 1650.5 },
        workPerUnit: 100,
        min: 2001,
        max: 9999,
      }),
      { onDemandBase: 1001 },
    );
    const group = groupOf(capacity);
    expect([group.MinSize, group.MaxSize]).toEqual(['21', '99']);
    expect(group.MixedInstancesPolicy.InstancesDistribution.OnDemandBaseCapacity).toBe(11);
    expect(overridesOf(capacity).map(({ WeightedCapacity }) => WeightedCapacity)).toEqual(['10', '16']);
    expect([capacity.minInstances, capacity.maxInstances, capacity.size.unit]).toEqual([2, 10, 'tokens per second']);
  });
});

describe('a placement', () => {
  const placed = (placement: FleetPlacement, instanceTypes = ['m9g.4xlarge']) =>
    FleetCapacity.onDemand({ instanceTypes, placement });

  test('over zones says what happens when one fails', () => {
    const group = groupOf(
      placed(
        FleetPlacement.zones({
          distribution: CapacityDistributionStrategy.BALANCED_ONLY,
          zonalShift: ImpairedZoneBehavior.IGNORE_UNHEALTHY,
        }),
      ),
    );
    expect(group).toMatchObject({
      AvailabilityZoneDistribution: { CapacityDistributionStrategy: 'balanced-only' },
      AvailabilityZoneImpairmentPolicy: {
        ZonalShiftEnabled: true,
        ImpairedZoneHealthCheckBehavior: 'IgnoreUnhealthy',
      },
    });
  });

  test.each<[FleetPlacement, Json, number]>([
    [FleetPlacement.racks(), { Strategy: 'spread' }, 2],
    [FleetPlacement.partitions({ count: 4 }), { Strategy: 'partition', PartitionCount: 4 }, 2],
    [FleetPlacement.cluster(), { Strategy: 'cluster' }, 1],
  ])('is a group of EC2 %#', (placement, properties, zones) => {
    const [, template] = deploy(placed(placement));
    const [id, group] = onlyResource(template, 'AWS::EC2::PlacementGroup');
    expect(group.Properties).toEqual(properties);
    const [, { Properties }] = onlyResource(template, 'AWS::EC2::LaunchTemplate');
    expect(JSON.stringify(Properties.LaunchTemplateData.Placement)).toContain(id);
    expect(onlyResource(template, GROUP)[1].Properties.VPCZoneIdentifier).toHaveLength(zones);
    const [, balancer] = onlyResource(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
    expect(balancer.Properties.Subnets).toHaveLength(2);
  });

  test('with a fabric adapter lets the instances reach each other, and nobody else', () => {
    const [, template] = deploy(placed(FleetPlacement.elasticFabric(), ['m9g.48xlarge', 'm8g.24xlarge']));
    const [, { Properties }] = onlyResource(template, 'AWS::EC2::LaunchTemplate');
    const {
      NetworkInterfaces: [adapter],
      SecurityGroupIds,
    } = Properties.LaunchTemplateData;
    expect(adapter).toMatchObject({ DeviceIndex: 0, InterfaceType: 'efa', AssociatePublicIpAddress: false });
    expect(SecurityGroupIds).toBeUndefined();
    const rules = [
      ...resourcesOf(template, 'AWS::EC2::SecurityGroupIngress'),
      ...resourcesOf(template, 'AWS::EC2::SecurityGroupEgress'),
    ].filter(([, rule]) => rule.Properties.IpProtocol === '-1');
    expect(
      rules.map(([, rule]) => rule.Properties.SourceSecurityGroupId ?? rule.Properties.DestinationSecurityGroupId),
    ).toEqual([adapter.Groups[0], adapter.Groups[0]]);
    expect(rules.map(([, rule]) => rule.Properties.GroupId)).toEqual([adapter.Groups[0], adapter.Groups[0]]);
  });

  test('is not said when nothing is asked for', () => {
    const [, template] = deploy(FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'] }));
    expect(resourcesOf(template, 'AWS::EC2::PlacementGroup')).toEqual([]);
    const [, { Properties }] = onlyResource(template, 'AWS::EC2::LaunchTemplate');
    const { Placement, NetworkPerformanceOptions } = Properties.LaunchTemplateData;
    expect([Placement, NetworkPerformanceOptions]).toEqual([undefined, undefined]);
  });
});

test('bandwidth goes to the network or to EBS', () => {
  const weighted = (bandwidthWeighting: BandwidthWeighting) =>
    launchTemplateOf(FleetCapacity.onDemand({ instanceTypes: ['m8g.4xlarge'], bandwidthWeighting }));
  const weightings = [BandwidthWeighting.NETWORK, BandwidthWeighting.EBS].map(
    (weighting) => weighted(weighting).NetworkPerformanceOptions,
  );
  expect(weightings).toEqual([{ BandwidthWeighting: 'vpc-1' }, { BandwidthWeighting: 'ebs-1' }]);
});

test('the estimate of a fleet that counts vCPUs is that of its least size, whichever types it gets', () => {
  const capacity = FleetCapacity.onDemand({
    instanceTypes: ['m9g.8xlarge', 'm9g.4xlarge'],
    size: FleetSize.vcpus({ min: 64, max: 640 }),
  });
  const [fleet] = deploy(capacity);
  new FleetEconomics(fleet);
  const [{ data }] = fleet.node.metadata.filter(({ type }) => type === 'cdk-graviton-fleet:estimate');
  expect(data).toMatchObject({ instances: 2, vcpus: { low: 64, high: 64 } });
  // 0.04892 USD per vCPU and hour (2026-07-20), linear in size.
  expect((data as FleetEstimate).listPriceUsdPerHour!.low).toBeCloseTo(64 * 0.04892, 4);
  expect((data as FleetEstimate).listPriceUsdPerHour!.high).toBeCloseTo(64 * 0.04892, 4);
});
