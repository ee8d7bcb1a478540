import { InstanceArchitecture, InstanceType } from 'aws-cdk-lib/aws-ec2';
import { describe, expect, test } from 'vitest';
import { GravitonProcessor, InstanceCatalog, Offering } from '../../lib/catalog';

describe('rows', () => {
  test.each(InstanceCatalog.all().map((facts) => [facts.instanceType, facts] as const))(
    '%s is sound',
    (name, facts) => {
      expect(`${facts.family}.${facts.size}`).toBe(name);
      // aws-cdk-lib reads the architecture off the name, and must come to the same result.
      expect(new InstanceType(name).architecture).toBe(facts.architecture);
      expect(facts.processor !== undefined).toBe(facts.architecture === InstanceArchitecture.ARM_64);
      expect(facts.vcpus).toBeGreaterThan(0);
      expect(facts.memoryGib).toBeGreaterThan(0);
      expect(facts.networkBurstGbps).toBeGreaterThanOrEqual(facts.networkBaselineGbps!);
      expect(facts.ebsBurstMbps).toBeGreaterThanOrEqual(facts.ebsBaselineMbps!);
      expect(facts.nvmeCount === undefined).toBe(facts.nvmeGbTotal === undefined);
      expect(facts.asOf).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    },
  );

  test.each([
    ['c', 2],
    ['m', 4],
    ['r', 8],
  ])('%s families have %d GiB per vCPU', (series, ratio) => {
    const rows = InstanceCatalog.all().filter(({ family }) => /^[cmr]\d/.test(family) && family.startsWith(series));
    expect(rows.length).toBeGreaterThan(100);
    for (const { memoryGib, vcpus } of rows) {
      expect(memoryGib).toBe(vcpus * ratio);
    }
  });

  test.each(['m9gd', 'c9gd', 'r9gd'])('%s has the published sizes', (family) => {
    const rows = InstanceCatalog.instanceTypesOf(family);
    expect(rows.map((row) => [row.size, row.vcpus, row.nvmeCount, row.nvmeGbTotal, row.efa])).toEqual([
      ['medium', 1, 1, 59, false],
      ['large', 2, 1, 118, false],
      ['xlarge', 4, 1, 237, false],
      ['2xlarge', 8, 1, 474, false],
      ['4xlarge', 16, 1, 950, false],
      ['8xlarge', 32, 1, 1900, false],
      ['12xlarge', 48, 3, 2850, false],
      ['16xlarge', 64, 1, 3800, false],
      ['24xlarge', 96, 3, 5700, false],
      ['48xlarge', 192, 3, 11400, true],
      ['metal-48xl', 192, 3, 11400, true],
    ]);
  });

  test('m9g.4xlarge has the published figures', () => {
    expect(InstanceCatalog.lookup('m9g.4xlarge')).toMatchObject({
      processor: GravitonProcessor.GRAVITON5,
      vcpus: 16,
      memoryGib: 64,
      numaNodes: 1,
      networkBaselineGbps: 8.5,
      networkBurstGbps: 17,
      ebsBaselineMbps: 6000,
      ebsBurstMbps: 12000,
      nvmeCount: undefined,
      bareMetal: false,
    });
  });

  test.each([
    ['m9g.12xlarge', 1],
    ['m9g.16xlarge', 2],
    ['m9g.24xlarge', 1],
    ['m9g.48xlarge', 2],
    ['m9g.metal-48xl', undefined],
    ['m8g.24xlarge', 1],
    ['m8g.48xlarge', 2],
    ['r8g.metal-48xl', 2],
    ['c7gn.16xlarge', 1],
    ['m6g.metal', 1],
    ['m8i.96xlarge', undefined],
  ])('%s has %s NUMA nodes', (instanceType, nodes) => {
    expect(InstanceCatalog.lookup(instanceType)!.numaNodes).toBe(nodes);
  });

  test('memory that does not follow the vCPUs', () => {
    expect(InstanceCatalog.lookup('t4g.nano')).toMatchObject({ vcpus: 2, memoryGib: 0.5 });
    expect(InstanceCatalog.lookup('hpc7g.4xlarge')).toMatchObject({ vcpus: 16, memoryGib: 128 });
  });

  test('a lookup is pure, and a stranger is undefined', () => {
    expect(InstanceCatalog.lookup('m9g.large')).toBe(InstanceCatalog.lookup('m9g.large'));
    expect(InstanceCatalog.lookup('m9g.32xlarge')).toBeUndefined();
    expect(InstanceCatalog.lookup('constructor')).toBeUndefined();
    expect(InstanceCatalog.instanceTypesOf('constructor')).toEqual([]);
  });

  test('Graviton rows have a processor', () => {
    expect(InstanceCatalog.allGraviton().every((facts) => facts.processor !== undefined)).toBe(true);
  });
});

describe('regions', () => {
  const usAndFrankfurt = ['eu-central-1', 'us-east-1', 'us-east-2', 'us-west-2'];
  test.each([
    ['m9g', ['ap-northeast-1', 'ap-southeast-1', 'ap-southeast-2', 'eu-west-1', ...usAndFrankfurt].sort()],
    ['m9gd', ['ap-northeast-1', 'ap-southeast-1', 'ap-southeast-2', 'eu-west-1', ...usAndFrankfurt].sort()],
    ['c9g', ['ap-northeast-1', ...usAndFrankfurt]],
    ['c9gd', ['ap-northeast-1', ...usAndFrankfurt]],
    ['r9g', usAndFrankfurt],
    ['r9gd', usAndFrankfurt],
  ])('%s is sold in %j', (family, regions) => {
    expect(InstanceCatalog.offeredRegions(family)).toEqual(regions);
    for (const region of regions) {
      expect(InstanceCatalog.isOffered(`${family}.4xlarge`, region)).toBe(Offering.OFFERED);
    }
    expect(InstanceCatalog.isOffered(`${family}.4xlarge`, 'sa-east-1')).toBe(Offering.NOT_OFFERED);
  });

  test.each([
    ['m9g.large', 'eu-south-9', Offering.UNKNOWN],
    ['m9g.large', '${Token[AWS.Region.4]}', Offering.UNKNOWN],
    ['m99g.large', 'us-east-1', Offering.UNKNOWN],
    ['m9g.32xlarge', 'us-east-1', Offering.UNKNOWN],
    // Known by its list price alone.
    ['m8g.large', 'us-gov-west-1', Offering.OFFERED],
    ['m8g.metal-24xl', 'us-gov-west-1', Offering.UNKNOWN],
    ['r7i.large', 'us-gov-west-1', Offering.UNKNOWN],
    // The family is sold there without its bare metal.
    ['c8gb.4xlarge', 'us-west-2', Offering.OFFERED],
    ['c8gb.metal-48xl', 'us-west-2', Offering.NOT_OFFERED],
    ['c8gb.metal-48xl', 'us-east-1', Offering.OFFERED],
  ])('%s in %s is %s', (instanceType, region, offering) => {
    expect(InstanceCatalog.isOffered(instanceType, region)).toBe(offering);
  });

  test('an unknown family has no regions', () => {
    expect(InstanceCatalog.offeredRegions('toString')).toEqual([]);
  });
});

test.each([
  ['m9gd.4xlarge', GravitonProcessor.GRAVITON4, 'm8gd.4xlarge'],
  ['c7gn.large', GravitonProcessor.GRAVITON4, 'c8gn.large'],
  ['m9g.48xlarge', GravitonProcessor.GRAVITON3, undefined],
  ['m7i.large', GravitonProcessor.GRAVITON5, undefined],
  ['no name', GravitonProcessor.GRAVITON5, undefined],
])('the counterpart of %s with %s is %s', (instanceType, processor, counterpart) => {
  expect(InstanceCatalog.counterpart(instanceType, processor)?.instanceType).toBe(counterpart);
});

test('bandwidth can be weighted where AWS says so, and is not said for what its list does not have yet', () => {
  const weighting = (type: string) => InstanceCatalog.lookup(type)?.bandwidthWeighting;
  expect(['r8gd.large', 'x8g.large', 'm8gn.large', 'm7g.large', 'c9g.large'].map(weighting)).toEqual([
    ...[true, true, false, false, undefined],
  ]);
});
