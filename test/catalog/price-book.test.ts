import { Lazy } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { EffectivePriceKind, InstanceCatalog, PriceBook, PriceKind, SpotPriceMeaning } from '../../lib/catalog';
import { problemsOf } from '../support/config-error';

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

const SAVINGS_PLAN = {
  usdPerVcpuHour: { m9g: 0.03, 'm9g.metal-48xl': 0.031 },
  region: 'us-east-1',
  source: 'Compute Savings Plan, 1 year',
  asOf: '2026-11-01',
};

describe('rates of the user', () => {
  const own = book.withEffectiveRates(SAVINGS_PLAN);

  test("are what is paid, and leave the list price AWS's", () => {
    expect(own.effectivePrice('m9g.4xlarge', 'us-east-1')).toEqual({
      usdPerHour: 0.48,
      usdPerVcpuHour: 0.03,
      kind: EffectivePriceKind.USER_RATE,
      source: 'Compute Savings Plan, 1 year',
      asOf: '2026-11-01',
    });
    expect(own.effectivePrice('m9g.metal-48xl', 'us-east-1')!.usdPerVcpuHour).toBe(0.031);
    for (const type of ['m9g.4xlarge', 'm9g.metal-48xl']) {
      expect(own.listPrice(type, 'us-east-1')).toEqual(book.listPrice(type, 'us-east-1'));
    }
  });

  test('say nothing of other families and regions, whose price is the list price and says so', () => {
    for (const [type, region] of [
      ['c9g.4xlarge', 'us-east-1'],
      ['m9g.4xlarge', 'us-west-2'],
    ]) {
      const { usdPerHour, source, asOf } = book.listPrice(type, region)!;
      expect(own.effectivePrice(type, region)).toMatchObject({ usdPerHour, source, asOf, kind: 'list' });
    }
    expect(own.effectivePrice('m9g.large', 'eu-central-1')).toBeUndefined();
    expect(own.effectivePrice('m99g.large', 'us-east-1')).toBeUndefined();
  });

  test('add up over regions, the last added first', () => {
    const terms = { source: 'contract', asOf: '2026-11-02' };
    const both = own.withEffectiveRates({ ...terms, usdPerVcpuHour: { m9g: 0.04 }, region: 'eu-central-1' });
    expect(both.effectivePrice('m9g.large', 'us-east-1')!.usdPerVcpuHour).toBe(0.03);
    expect(both.effectivePrice('m9g.large', 'eu-central-1')!.usdPerVcpuHour).toBe(0.04);
    const everywhere = both.withEffectiveRates({ ...terms, usdPerVcpuHour: { m9g: 0.05 } });
    expect(everywhere.effectivePrice('m9g.large', 'us-east-1')!.usdPerVcpuHour).toBe(0.05);
    expect(everywhere.effectivePrice('m9g.large', '${Token[AWS.Region.4]}')!.usdPerVcpuHour).toBe(0.05);
    expect(both.listPrice('m9g.large', 'eu-central-1')).toBeUndefined();
  });

  test('are checked all at once', () => {
    const wrong = () =>
      book.withEffectiveRates({ usdPerVcpuHour: { m9g: -1, c9q: 0.1, r9g: Number.NaN }, source: 'x', asOf: '2026' });
    const problems = problemsOf(wrong);
    expect(problems.map(({ what }) => what)).toEqual(['m9g', 'c9q', 'r9g'].map((name) => `usdPerVcpuHour.${name}`));
    expect(problems[1].fix).toMatch(/did you mean c9g/);
    const [none] = problemsOf(() => book.withEffectiveRates({ usdPerVcpuHour: {}, source: 'x', asOf: '2026' }));
    expect(none.got).toBe('no prices');
  });
});

describe('a discount', () => {
  const enterprise = { percent: 25, source: 'agreement 7', asOf: '2026-11-03' };

  test('lowers the list price of all that it covers, and names both sources', () => {
    // 16 vCPU x 0.04892 USD x 0.75
    expect(book.withDiscount(enterprise).effectivePrice('m9g.4xlarge', 'us-east-1')).toMatchObject({
      usdPerHour: expect.closeTo(0.58704, 10) as number,
      kind: EffectivePriceKind.DISCOUNTED,
      source: expect.stringMatching(/^agreement 7: 25 % below the list price of 2026-07-20 \(AWS Price List/) as string,
      asOf: '2026-11-03',
    });
  });

  test.each([
    [{ instances: ['m9g'] }, 'm9g.4xlarge', 'us-east-1', 'discounted'],
    [{ instances: ['m9g.4xlarge'] }, 'm9g.4xlarge', 'us-east-1', 'discounted'],
    [{ instances: ['m9g.8xlarge', 'c9g'] }, 'm9g.4xlarge', 'us-east-1', 'list'],
    [{ region: 'us-west-2' }, 'm9g.4xlarge', 'us-east-1', 'list'],
    [{ region: 'us-west-2' }, 'm9g.4xlarge', 'us-west-2', 'discounted'],
    [{ percent: 0 }, 'm9g.4xlarge', 'us-east-1', 'discounted'],
  ])('of %o on %s in %s is %s', (only, type, region, kind) => {
    expect(book.withDiscount({ ...enterprise, ...only }).effectivePrice(type, region)!.kind).toBe(kind);
  });

  test('of an unknown list price is unknown', () => {
    expect(book.withDiscount(enterprise).effectivePrice('m9g.4xlarge', 'eu-central-1')).toBeUndefined();
  });

  test('and a rate: the last added counts, and what it does not cover is left to the other', () => {
    const ofAll = book.withEffectiveRates(SAVINGS_PLAN).withDiscount(enterprise);
    expect(ofAll.effectivePrice('m9g.4xlarge', 'us-east-1')!.kind).toBe('discounted');
    const rest = book.withDiscount(enterprise).withEffectiveRates(SAVINGS_PLAN);
    expect(rest.effectivePrice('m9g.4xlarge', 'us-east-1')!.kind).toBe('userRate');
    expect(rest.effectivePrice('c9g.4xlarge', 'us-east-1')!.kind).toBe('discounted');
  });

  test('on nothing is refused, and so is one that is only known at deployment', () => {
    const percent = Lazy.number({ produce: () => 25 });
    const problems = problemsOf(() => book.withDiscount({ ...enterprise, percent, instances: [] }));
    expect(problems.map(({ what, got }) => `${what}: ${got}`)).toEqual([
      'percent: a value that is only known at deployment',
      'instances: none, which is a discount on nothing',
    ]);
  });

  test.each([-1, 100, Number.NaN])('of %d percent is refused, with every other problem', (percent) => {
    const problems = problemsOf(() => book.withDiscount({ ...enterprise, percent, instances: ['m9q'] }));
    expect(problems.map(({ what }) => what)).toEqual(['percent', 'instances']);
  });
});

describe('Spot prices', () => {
  const seen = {
    usdPerHour: { 'm9g.4xlarge': 0.24, 'm8g.4xlarge': 0.2 },
    region: 'us-east-1',
    meaning: SpotPriceMeaning.NOW,
    source: 'DescribeSpotPriceHistory',
    asOf: '2026-11-20T08:00Z',
  };
  const spot = book.withSpotPrices(seen);

  test('say what they mean and of when they are, and change no other price', () => {
    expect(spot.spotPrice('m9g.4xlarge', 'us-east-1')).toEqual({
      usdPerHour: 0.24,
      usdPerVcpuHour: 0.015,
      meaning: 'now',
      source: 'DescribeSpotPriceHistory',
      asOf: '2026-11-20T08:00Z',
    });
    expect(spot.effectivePrice('m9g.4xlarge', 'us-east-1')).toEqual(book.effectivePrice('m9g.4xlarge', 'us-east-1'));
    expect(spot.listPrice('m9g.4xlarge', 'us-east-1')).toEqual(book.listPrice('m9g.4xlarge', 'us-east-1'));
  });

  test.each([
    ['m9g.8xlarge', 'us-east-1'],
    ['m9g.4xlarge', 'us-west-2'],
    ['constructor', 'us-east-1'],
  ])('are never made up: %s in %s', (type, region) => {
    expect(spot.spotPrice(type, region)).toBeUndefined();
    expect(book.spotPrice(type, region)).toBeUndefined();
  });

  test('are replaced by newer ones, type by type', () => {
    const newer = spot.withSpotPrices({
      ...seen,
      usdPerHour: { 'm9g.4xlarge': 0.3 },
      meaning: SpotPriceMeaning.MAXIMUM,
    });
    expect(newer.spotPrice('m9g.4xlarge', 'us-east-1')).toMatchObject({ usdPerHour: 0.3, meaning: 'maximum' });
    expect(newer.spotPrice('m8g.4xlarge', 'us-east-1')).toMatchObject({ usdPerHour: 0.2, meaning: 'now' });
  });

  test('are checked all at once', () => {
    const problems = problemsOf(() =>
      book.withSpotPrices({ ...seen, usdPerHour: { 'm9g.4xlarge': 0, 'm9g.4xlrage': 1 } }),
    );
    expect(problems.map(({ what }) => what)).toEqual(['usdPerHour.m9g.4xlarge', 'usdPerHour.m9g.4xlrage']);
    expect(problems[1].fix).toBe('did you mean m9g.4xlarge?');
    expect(problemsOf(() => book.withSpotPrices({ ...seen, usdPerHour: {} }))).toHaveLength(1);
  });
});
