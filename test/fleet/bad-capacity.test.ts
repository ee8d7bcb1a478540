import { Token } from 'aws-cdk-lib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  BandwidthWeighting,
  FleetCapacity,
  FleetPlacement,
  FleetSize,
  GravitonProcessor,
  InferenceFleet,
  KernelBundle,
} from '../../lib';
import { makeBundle, SELF_TEST, variantFile } from '../support/bundle-maker';
import { problemsOf } from '../support/config-error';
import { existingFleet, existingImage, inRegion, newStack } from '../support/fleet-app';
import { useScratchDirectory } from '../support/scratch-directory';

const scratch = useScratchDirectory();
const { GRAVITON2, GRAVITON4, GRAVITON5 } = GravitonProcessor;
const M9G = ['m9g.4xlarge'];

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

function fleetIn(region: string | undefined, capacity: FleetCapacity, kernels?: KernelBundle[]): InferenceFleet {
  return existingFleet(newStack(region ? inRegion(region) : {}), { capacity, image: existingImage({ kernels }) });
}

function found(capacity: FleetCapacity, region = 'us-east-1', kernels?: KernelBundle[]): string[][] {
  return problemsOf(() => fleetIn(region, capacity, kernels)).map(({ what, got }) => [what, got]);
}

function remarks(fleet: InferenceFleet): string[] {
  const remarked = fleet.node.metadata.filter(({ type }) => ['aws:cdk:info', 'aws:cdk:warning'].includes(type));
  return remarked.map(({ data }) => String(data));
}

describe('a size is refused', () => {
  const sized = (size: FleetSize, more = {}) => FleetCapacity.onDemand({ instanceTypes: M9G, size, ...more });
  const tokens = (more = {}) =>
    FleetSize.workPerSecond({ perInstance: { 'm9g.4xlarge': 100 }, min: 100, max: 900, ...more });

  test.each<[string, FleetCapacity, string[][]]>([
    [
      'beside other bounds',
      sized(FleetSize.instances(), { minInstances: 1 }),
      [['capacity.size', 'a size beside minInstances or maxInstances']],
    ],
    [
      'with its bounds the wrong way round',
      sized(FleetSize.vcpus({ min: 64, max: 32 })),
      [['capacity.size.min', '64']],
    ],
    ['that one instance exceeds', sized(FleetSize.vcpus({ min: 1, max: 15 })), [['capacity.size.max', '15 vCPUs']]],
    [
      'without a figure for a type',
      FleetCapacity.onDemand({ instanceTypes: [...M9G, 'm8g.4xlarge'], size: tokens() }),
      [['capacity.size.perInstance', 'no figure for m8g.4xlarge']],
    ],
    [
      'with a figure for another type',
      sized(tokens({ perInstance: { 'm9g.4xlarge': 100, 'm9g.4xlrage': 1 } })),
      [['capacity.size.perInstance', 'a figure for m9g.4xlrage, which the fleet does not have']],
    ],
    [
      'that weighs a type as nothing',
      sized(tokens({ perInstance: { 'm9g.4xlarge': 0.9 } })),
      [['capacity.size.perInstance', 'm9g.4xlarge: 0.9 work per second, which is 0 units']],
    ],
    [
      'that weighs a type above 999',
      sized(tokens({ perInstance: { 'm9g.4xlarge': 1000 }, max: 5000 })),
      [['capacity.size.perInstance', 'm9g.4xlarge: 1000 work per second, which is 1000 units']],
    ],
    [
      'between two whole numbers of its units',
      sized(tokens({ min: 108, max: 109, workPerUnit: 5 })),
      [['capacity.size.max', '109 work per second, and no multiple of 5 from 108 on']],
    ],
    ['in units of nothing', sized(tokens({ workPerUnit: 0 })), [['capacity.size.workPerUnit', '0']]],
    [
      'in vCPUs of a type that nobody knows',
      FleetCapacity.onDemand({ instanceTypes: ['m12g.4xlarge'], size: FleetSize.vcpus({ min: 1, max: 900 }) }),
      [['capacity.size', 'no figure for m12g.4xlarge']],
    ],
    [
      'in work for attributes',
      FleetCapacity.attributes({ attributes: { vcpus: { min: 16 } }, size: tokens() }),
      [['capacity.size', 'work per second with capacity.attributes']],
    ],
    [
      'that is only known at deployment',
      sized(FleetSize.vcpus({ min: Token.asNumber({ Ref: 'Least' }), max: 64 })),
      [['capacity.size.min', 'a value that is only known at deployment']],
    ],
  ])('%s', (_, capacity, expected) => {
    expect(found(capacity)).toEqual(expected);
  });

  test('with a unit that works', () => {
    const figures = { 'm9g.4xlarge': 123_456 };
    const [{ fix }] = problemsOf(() => fleetIn('us-east-1', sized(tokens({ perInstance: figures, max: 999_999 }))));
    const workPerUnit = Number(/such as (\d+)/.exec(fix)![1]);
    const mended = sized(tokens({ perInstance: figures, max: 999_999, workPerUnit }));
    expect(fleetIn('us-east-1', mended).capacity.size._weightOf('m9g.4xlarge')).toBe(123);
  });
});

describe('attributes are refused', () => {
  const by = (attributes: object) => FleetCapacity.attributes({ attributes: { vcpus: { min: 16 }, ...attributes } });

  test.each<[FleetCapacity, string[][]]>([
    [by({ vcpus: { min: 32, max: 16 } }), [['capacity.attributes.vcpus', '32 to 16']]],
    [by({ memoryGib: { min: -1 } }), [['capacity.attributes.memoryGib', 'from -1']]],
    [by({ networkBaselineGbps: { max: Number.NaN } }), [['capacity.attributes.networkBaselineGbps', 'up to NaN']]],
    [
      by({ vcpus: { min: Token.asNumber({ Ref: 'X' }) } }),
      [['capacity.attributes.vcpus', 'a value that is only known at deployment']],
    ],
    [by({ processors: [] }), [['capacity.attributes.processors', 'an empty list']]],
    [by({ processors: [GRAVITON5, GRAVITON5] }), [['capacity.attributes.processors', 'AWS Graviton5 more than once']]],
    [
      by({ families: ['m9g', 'm7g', 'm7i', 'x'] }),
      [
        ['capacity.attributes.families', 'm7g, which has AWS Graviton3'],
        ['capacity.attributes.families', 'm7i, which is no Graviton family'],
        ['capacity.attributes.families', 'x, which is no Graviton family'],
      ],
    ],
    [
      by({ vcpus: { min: 193 } }),
      [['capacity.attributes', 'vcpus from 193, AWS Graviton5 or AWS Graviton4, which no type in us-east-1 has']],
    ],
  ])('%#', (capacity, expected) => {
    expect(found(capacity)).toEqual(expected);
  });

  test('in a region that has none of the types, naming one of another region', () => {
    const [[what, got]] = found(by({ processors: [GRAVITON5] }), 'eu-west-2');
    expect(what).toBe('capacity.attributes');
    expect(got).toContain('though other regions do (m9g.4xlarge)');
  });
});

test('mixed generations need a counterpart, a processor and a region', () => {
  const mixed = (instanceTypes: string[], processors?: GravitonProcessor[]) =>
    FleetCapacity.mixedGenerations({ instanceTypes, processors });
  expect(found(mixed(['im4gn.large', 'm9g.large']))).toEqual([
    ['capacity.instanceTypes', 'im4gn.large, which has no counterpart with AWS Graviton5 or AWS Graviton4'],
  ]);
  expect(found(mixed(['m9g.large'], []))[0]).toEqual(['capacity.processors', 'an empty list']);
  expect(found(mixed(['m9g.large'], [GRAVITON5]), 'eu-west-2')).toEqual([
    ['capacity.instanceTypes', 'm9g.large, of which eu-west-2 offers none on which the kernels run'],
  ]);
  expect(found(mixed(['m7i.large', 'm9g.lrage'])).map(([, got]) => got.split(' ')[0])).toEqual([
    'm7i.large',
    'm9g.lrage',
  ]);
});

test('reservations must look like reservations', () => {
  const capacity = FleetCapacity.reserved({
    instanceTypes: M9G,
    reservationIds: ['cr-0123456789abcdef0', 'i-0123456789abcdef0'],
    resourceGroupArns: ['reservations'],
  });
  expect(found(capacity)).toEqual([
    ['capacity.reservationIds', '"i-0123456789abcdef0"'],
    ['capacity.resourceGroupArns', '"reservations"'],
  ]);
});

describe('a placement is refused', () => {
  const placed = (placement: FleetPlacement, more = {}) =>
    FleetCapacity.onDemand({ instanceTypes: M9G, placement, ...more });

  test.each<[string, FleetCapacity, string]>([
    [
      'with an adapter that the size does not have',
      placed(FleetPlacement.elasticFabric()),
      'm9g.4xlarge in an Elastic Fabric Adapter',
    ],
    [
      'with burstable types in a cluster',
      placed(FleetPlacement.cluster(), { instanceTypes: ['t4g.large'] }),
      't4g.large in a cluster placement group',
    ],
    [
      'on more racks than there are',
      placed(FleetPlacement.racks(), { maxInstances: 15 }),
      'up to 15 instances on racks of their own in 2 zones',
    ],
    ['on too many partitions', placed(FleetPlacement.partitions({ count: 8 })), '8'],
    ['on no partitions', placed(FleetPlacement.partitions({ count: 0 })), '0'],
  ])('%s', (_, capacity, got) => {
    expect(found(capacity)).toEqual([['capacity.placement', got]]);
  });

  test('and says which sizes have an adapter', () => {
    const [{ allowed }] = problemsOf(() => fleetIn('us-east-1', placed(FleetPlacement.elasticFabric())));
    expect(allowed).toBe('m9g.48xlarge, m9g.metal-48xl');
  });
});

describe('bandwidth weighting', () => {
  const weighted = (...instanceTypes: string[]) =>
    FleetCapacity.onDemand({ instanceTypes, bandwidthWeighting: BandwidthWeighting.NETWORK });

  test('is refused for types without it', () => {
    expect(found(weighted('m8g.large', 'm7g.large', 'm8gn.large'))).toEqual([
      ['capacity.bandwidthWeighting', 'vpc-1 for m7g.large, m8gn.large'],
    ]);
  });

  test('warns where no source tells', () => {
    expect(remarks(fleetIn('us-east-1', weighted('m9g.large'))).join()).toContain('m9g.large support it');
    expect(remarks(fleetIn('us-east-1', weighted('m8g.large')))).toEqual([]);
  });
});

describe('an unknown offering comes with a warning', () => {
  const attributes = FleetCapacity.attributes({ attributes: { vcpus: { min: 16 } } });

  test.each([
    ['for attributes', attributes, undefined, 'a region that is only known at deployment'],
    ['for attributes in a region of which nothing is known', attributes, 'xy-north-9', 'xy-north-9'],
    ['for generations', FleetCapacity.mixedGenerations({ instanceTypes: M9G }), undefined, 'm9g.4xlarge'],
  ])('%s', (_, capacity, region, text) => {
    expect(remarks(fleetIn(region, capacity)).join()).toContain(text);
  });

  test('and none where the region is known', () => {
    expect(remarks(fleetIn('us-east-1', attributes))).toEqual([]);
  });
});

describe('the gate', () => {
  /** Kernels that need SVE2, which Graviton2 and 3 do not have. */
  const needy = () => [KernelBundle.fromDirectory(makeBundle(scratch(), [SELF_TEST, variantFile('sve2', ['sve2'])]))];

  test('refuses a processor of the attributes once, however many types it has', () => {
    const attributes = { vcpus: {}, processors: [GRAVITON4, GRAVITON2] };
    const problems = found(FleetCapacity.attributes({ attributes }), 'us-east-1', needy());
    expect(problems).toHaveLength(1);
    expect(problems[0][1]).toContain('AWS Graviton2');
  });

  test('leaves out a fallback on which the kernels trap, and refuses what was asked for', () => {
    const mixed = (processors: GravitonProcessor[]) =>
      FleetCapacity.mixedGenerations({ instanceTypes: M9G, processors });
    const fleet = fleetIn('us-east-1', mixed([GRAVITON4, GRAVITON2]), needy());
    expect(fleet.capacity.instanceTypes).toEqual(['m8g.4xlarge']);
    expect(remarks(fleet).join()).toContain('m6g.4xlarge is left out of the fleet');
    expect(found(mixed([GRAVITON2]), 'us-east-1', needy())[0][1]).toContain('AWS Graviton2');
  });
});
