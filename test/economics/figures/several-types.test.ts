import { describe, expect, test } from 'vitest';
import { FleetCapacity, FleetEconomicsOptions, PriceBook, SpotPriceMeaning, FleetSize } from '../../../lib';
import { nameOf } from '../../support/recorded-metrics';
import { _, SeriesById } from '../../support/series-source';
import {
  M9G,
  M8G,
  MIXED_IDLE,
  MIXED_FULL,
  SPOT,
  RECORDED,
  tokens,
  Values,
  economicsOf,
  figures,
  rounded,
  bounds,
} from './hand-worked';

describe('several types, on-demand and Spot', () => {
  const capacity = FleetCapacity.spotFirst({
    instanceTypes: ['m9g.4xlarge', 'm8g.8xlarge'],
    maxInstances: 20,
    onDemandBase: 2,
    onDemandPercentageAboveBase: 25,
  });
  const economics = (options: FleetEconomicsOptions = {}) =>
    economicsOf(capacity, { priceBook: PriceBook.published().withSpotPrices(SPOT), tokens, ...options });
  /** 2 on-demand; 2 + 1 and 3 Spot; a gap; none; 2 + 2 and 6 Spot; 1 on-demand. */
  const recorded = {
    ...RECORDED,
    GroupInServiceInstances: [2, 6, _, 0, 10, 1],
    GroupDesiredCapacity: [2, 6, 6, 0, 10, 1],
    CPUUtilization: [50, 50, 50, 50, 50, 50],
    Tokens: [1_000_000, 2_000_000, 5, _, 0, 500_000],
  };
  const paid = {
    low: [2 * M9G, 3 * M9G + 3 * 0.25, _, 0, 4 * M9G + 6 * 0.25, M9G],
    high: [2 * M8G, 3 * M8G + 3 * 0.5, _, 0, 4 * M8G + 6 * 0.5, M8G],
  };

  test('list price of every instance, whichever it is and however it was bought', () => {
    const of = (price: number) => rounded([2 * price, 6 * price, _, 0, 10 * price, price]);
    expect(figures(economics().metricListCost(), recorded)).toEqual({ low: of(M9G), high: of(M8G) });
  });

  test('effective cost, with the base and the share of on-demand instances at list price', () => {
    const cost = economics().metricEffectiveCost()!;
    expect(figures(cost, recorded)).toEqual({ low: rounded(paid.low), high: rounded(paid.high) });
    expect([cost.low.label, cost.high.label]).toEqual(['Effective cost, cheapest mix', 'Effective cost, dearest mix']);
    expect(economics().effectivePriceSource).toMatch(
      /^on-demand at list price, 2026-07-20, AWS Price List.*; Spot mean30Days 2026-11-01, DescribeSpotPriceHistory$/,
    );
  });

  test('cost per million tokens, and nothing without tokens', () => {
    const of = (usd: Values) => rounded([usd[0]! / 12, usd[1]! / 12 / 2, _, _, _, usd[5]! / 12 / 0.5]);
    const seen = figures(economics().metricCostPerMillionTokens(), recorded);
    expect(seen).toEqual({ low: of(paid.low), high: of(paid.high) });
  });

  test('Spot below list price, from 0.53272 to 0.93616 USD per Spot instance', () => {
    expect(figures(economics().metricSpotSaving(), recorded)).toEqual({
      low: rounded([0, 3 * 0.53272, _, 0, 6 * 0.53272, 0]),
      high: rounded([0, 3 * 0.93616, _, 0, 6 * 0.93616, 0]),
    });
  });

  test('a Spot price above the list price makes the difference negative, and on-demand the cheaper part', () => {
    const dear = { ...SPOT, usdPerHour: { 'm9g.4xlarge': 2, 'm8g.8xlarge': 3 }, meaning: SpotPriceMeaning.MAXIMUM };
    const dearer = economics({ priceBook: PriceBook.published().withSpotPrices(dear) });
    expect(figures(dearer.metricSpotSaving(), recorded).low[1]).toBeCloseTo(3 * (M8G - 3), 3);
    expect(figures(dearer.metricSpotSaving(), recorded).high[1]).toBeCloseTo(3 * (M9G - 2), 3);
    expect(figures(dearer.metricEffectiveCost(), recorded)).toMatchObject({
      low: { 1: expect.closeTo(3 * M9G + 3 * 2, 3) as number },
      high: { 1: expect.closeTo(3 * M8G + 3 * 3, 3) as number },
    });
  });

  test('an average between two numbers of instances never has more on-demand instances than instances', () => {
    const between = { GroupInServiceInstances: [2.5], GroupDesiredCapacity: [2.5] };
    expect(figures(economics().metricEffectiveCost(), between).low).toEqual(rounded([2.5 * M9G]));
    expect(figures(economics().metricSpotSaving(), between).low).toEqual([0]);
  });

  test('while Spot capacity is missing, or protected instances leave, any division that explains it', () => {
    // 6 of 10, whose share is 4 on-demand and of 6 is 3; 6 of which only 2 are wanted, all of the base.
    const unsettled = { GroupInServiceInstances: [6, 6], GroupDesiredCapacity: [10, 2] };
    expect(figures(economics().metricEffectiveCost(), unsettled)).toEqual({
      low: rounded([3 * M9G + 3 * 0.25, 2 * M9G + 4 * 0.25]),
      high: rounded([4 * M8G + 2 * 0.5, 3 * M8G + 3 * 0.5]),
    });
    expect(figures(economics().metricSpotSaving(), unsettled)).toEqual({
      low: rounded([2 * 0.53272, 3 * 0.53272]),
      high: rounded([3 * 0.93616, 4 * 0.93616]),
    });
  });

  test('power reaches from the least to the most of any mix', () => {
    const seen = figures(economics().metricPower());
    expect(seen).toEqual(bounds((value) => value, [MIXED_IDLE, MIXED_FULL]));
  });

  test('of Spot alone needs no price of on-demand instances', () => {
    const spotOnly = FleetCapacity.spotFirst({ instanceTypes: ['m9g.4xlarge', 'm8g.8xlarge'], maxInstances: 20 });
    const only = economicsOf(spotOnly, { priceBook: PriceBook.published().withSpotPrices(SPOT) });
    expect(figures(only.metricEffectiveCost(), recorded)).toEqual({
      low: [0.5, 1.5, _, 0, 2.5, 0.25],
      high: [1, 3, _, 0, 5, 0.5],
    });
    expect(figures(only.metricSpotSaving(), recorded).low[1]).toBeCloseTo(6 * 0.53272, 3);
  });
});

describe('a size in vCPUs', () => {
  const instanceTypes = ['m9g.4xlarge', 'm8g.8xlarge'];
  const size = FleetSize.vcpus({ min: 64, max: 640 });
  const recorded: SeriesById = {
    GroupInServiceCapacity: [64, _, 0, 96, 20],
    CPUUtilization: [50, 50, _, 100, 50],
  };

  test('reads units of capacity, so that the range is that of the price per vCPU', () => {
    const cost = economicsOf(FleetCapacity.onDemand({ instanceTypes, size })).metricListCost()!;
    expect(Object.values(cost.low.usingMetrics).map(nameOf)).toEqual(['GroupInServiceCapacity']);
    expect(figures(cost, recorded)).toEqual({
      low: rounded([64 * 0.04488, _, 0, 96 * 0.04488, 20 * 0.04488]),
      high: rounded([64 * 0.04892, _, 0, 96 * 0.04892, 20 * 0.04892]),
    });
  });

  test('draws the watts per vCPU', () => {
    const power = figures(economicsOf(FleetCapacity.onDemand({ instanceTypes, size })).metricPower(), recorded);
    // Per vCPU m9g has the least, 0.6 to 1.9 W, and m8g the most, 128/64 to 368/64 W.
    const of = (idle: number, full: number) =>
      rounded(
        [64, _, 0, 96, 20].map((count, index) => {
          const share = index === 3 ? full : (idle + full) / 2;
          return count === undefined ? _ : count * share * 1.15;
        }),
      );
    expect(power).toEqual({ low: of(0.6, 1.9), typical: of(1.78125, 3), high: of(2, 5.75) });
  });

  test('may have almost one more large instance on-demand than its base asks for', () => {
    const priceBook = PriceBook.published().withSpotPrices(SPOT);
    const spot = economicsOf(FleetCapacity.spotFirst({ instanceTypes, size, onDemandBase: 32 }), { priceBook });
    // Both types cost 0.015625 USD per vCPU as Spot instances; 32 to 63 vCPUs are on-demand, and never more than there are.
    expect(figures(spot.metricEffectiveCost(), recorded)).toEqual({
      low: rounded([32 * 0.04488 + 32 * 0.015625, _, 0, 32 * 0.04488 + 64 * 0.015625, 20 * 0.04488]),
      high: rounded([63 * 0.04892 + 0.015625, _, 0, 63 * 0.04892 + 33 * 0.015625, 20 * 0.04892]),
    });
  });
});
