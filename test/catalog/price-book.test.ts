import { describe, expect, test } from 'vitest';
import { InstanceCatalog, PriceBook, PriceKind } from '../../lib/catalog';
import { FleetConfigError } from '../../lib/validation';

const book = PriceBook.published();

describe('published prices', () => {
  test.each([
    ['m9g.4xlarge', 'us-east-1', 16 * 0.04892, PriceKind.LISTED, '2026-07-20'],
    ['c9g.48xlarge', 'us-east-1', 192 * 0.04347, PriceKind.LISTED, '2026-07-20'],
    ['c9gd.large', 'us-east-1', 2 * 0.0534, PriceKind.LISTED, '2026-07-20'],
    ['m9gd.medium', 'us-east-1', 0.06285, PriceKind.LISTED, '2026-07-20'],
    ['m9g.4xlarge', 'us-west-2', 16 * 0.04892, PriceKind.INFERRED, '2026-07-20'],
    ['c9g.4xlarge', 'us-east-2', 16 * 0.04347, PriceKind.INFERRED, '2026-07-20'],
    ['m9g.metal-48xl', 'us-east-1', 192 * 0.04892 * 1.1, PriceKind.INFERRED, '2026-07-20'],
    ['m8g.16xlarge', 'us-east-1', 64 * 0.04488, PriceKind.LISTED, '2026-07-20'],
    ['m7i.4xlarge', 'us-east-1', 16 * 0.0504, PriceKind.LISTED, '2026-07-20'],
    ['r8a.4xlarge', 'us-east-1', 16 * 0.07988, PriceKind.LISTED, '2026-07-20'],
    ['m8g.large', 'ap-south-1', 2 * 0.03208, PriceKind.LISTED, '2026-06'],
    ['m7g.2xlarge', 'eu-central-1', 8 * 0.0489, PriceKind.LISTED, '2026-06'],
  ])('%s in %s', (instanceType, region, usdPerHour, kind, asOf) => {
    const price = book.listPrice(instanceType, region)!;
    expect(price.usdPerHour).toBeCloseTo(usdPerHour, 10);
    expect(price.kind).toBe(kind);
    expect(price.asOf).toBe(asOf);
  });

  test('r9g says that its source is weak', () => {
    const price = book.listPrice('r9g.4xlarge', 'us-east-1')!;
    expect(price.usdPerHour).toBeCloseTo(16 * 0.06421, 10);
    expect(price.source).toContain('grade C');
  });

  test.each([
    ['m9g.4xlarge', 'eu-central-1'],
    ['m9gd.4xlarge', 'us-west-2'],
    ['r9gd.4xlarge', 'us-east-1'],
    ['r9g.4xlarge', 'us-east-2'],
    ['m8g.metal-24xl', 'us-east-1'],
    ['t4g.micro', 'us-east-1'],
    ['m9g.32xlarge', 'us-east-1'],
    ['m9g.4xlarge', 'nowhere-1'],
    ['m9g.4xlarge', 'constructor'],
    ['m9g.4xlarge', '${Token[AWS.Region.4]}'],
  ])('%s in %s is not known', (instanceType, region) => {
    expect(book.listPrice(instanceType, region)).toBeUndefined();
  });

  test('a price is linear in the vCPUs of its family', () => {
    for (const facts of InstanceCatalog.all().filter((row) => !row.bareMetal)) {
      const price = book.listPrice(facts.instanceType, 'us-east-1');
      if (price !== undefined) {
        expect(price.usdPerHour).toBeCloseTo(price.usdPerVcpuHour * facts.vcpus, 10);
        expect(price.usdPerVcpuHour).toBeGreaterThan(0.02);
        expect(price.usdPerVcpuHour).toBeLessThan(0.1);
      }
    }
  });
});

describe('rates of the user', () => {
  const saved = PriceBook.withRates({
    usdPerVcpuHour: { m9g: 0.03, 'm9g.metal-48xl': 0.031 },
    region: 'us-east-1',
    source: 'Compute Savings Plan, 1 year',
    asOf: '2026-11-01',
  });

  test('lie over the list', () => {
    expect(saved.listPrice('m9g.4xlarge', 'us-east-1')).toEqual({
      usdPerHour: 0.48,
      usdPerVcpuHour: 0.03,
      kind: PriceKind.USER_SUPPLIED,
      source: 'Compute Savings Plan, 1 year',
      asOf: '2026-11-01',
    });
    expect(saved.listPrice('m9g.metal-48xl', 'us-east-1')!.usdPerVcpuHour).toBe(0.031);
    expect(saved.listPrice('c9g.4xlarge', 'us-east-1')!.kind).toBe(PriceKind.LISTED);
    expect(saved.listPrice('m9g.4xlarge', 'us-west-2')!.kind).toBe(PriceKind.INFERRED);
  });

  test('add up over regions, the newest first', () => {
    const rates = { source: 'contract', asOf: '2026-11-02' };
    const both = saved.plus({ ...rates, usdPerVcpuHour: { m9g: 0.04 }, region: 'eu-central-1' });
    expect(both.listPrice('m9g.large', 'us-east-1')!.usdPerVcpuHour).toBe(0.03);
    expect(both.listPrice('m9g.large', 'eu-central-1')!.usdPerVcpuHour).toBe(0.04);
    const everywhere = both.plus({ ...rates, usdPerVcpuHour: { m9g: 0.05 } });
    expect(everywhere.listPrice('m9g.large', 'us-east-1')!.usdPerVcpuHour).toBe(0.05);
    expect(saved.listPrice('m9g.large', 'eu-central-1')).toBeUndefined();
  });

  test('are checked all at once', () => {
    const wrong = () =>
      PriceBook.withRates({ usdPerVcpuHour: { m9g: -1, c9q: 0.1, r9g: Number.NaN }, source: 'x', asOf: '2026' });
    expect(wrong).toThrow(FleetConfigError);
    expect(wrong).toThrow(/3 problems/);
    expect(wrong).toThrow(/usdPerVcpuHour\.c9q.*did you mean c9g/);
    expect(() => PriceBook.withRates({ usdPerVcpuHour: {}, source: 'x', asOf: '2026' })).toThrow(/no rates/);
  });
});
