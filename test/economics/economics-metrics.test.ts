import { CfnParameter, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { describe, expect, test } from 'vitest';
import {
  CostBasis,
  EstimateMetrics,
  FleetCapacity,
  FleetEconomics,
  FleetEconomicsOptions,
  FleetSize,
  PowerCurve,
  PowerModel,
  PriceBook,
  RangeMetrics,
  SpotPriceMeaning,
} from '../../lib';
import { problemsOf } from '../support/config-error';
import { existingFleet, newStack } from '../support/fleet-app';
import { evaluate } from '../support/metric-math';
import { nameOf, valuesOf } from '../support/recorded-metrics';
import { _, SeriesById } from '../support/series-source';
import { workerFleet } from '../support/worker-app';

/*
 * Every figure below is worked out by hand from these, in us-east-1 with its PUE of 1.15:
 *
 *   m9g.4xlarge, 16 vCPU   0.6, 1.78125 and 1.9 W per vCPU idle; 1.9, 3 and 4.5 W at full load; 0.04892 USD per vCPU-hour
 *   m8g.8xlarge, 32 vCPU   97 and 128 W per 64 vCPU idle; 175 and 368 W at full load; 0.04488 USD per vCPU-hour
 *   grid                   369.473 (Ember), 379.07 (Cloud Carbon Footprint) and 557.17 g CO2e per kWh (WattTime)
 *
 * A period has five minutes: a twelfth of an hour.
 */
const M9G = 16 * 0.04892;
const M8G = 32 * 0.04488;
const IDLE = { low: 11.04, typical: 32.775, high: 34.96 };
const FULL = { low: 34.96, typical: 55.2, high: 82.8 };
const MIXED_IDLE = { ...IDLE, high: 73.6 };
const MIXED_FULL = { ...FULL, high: 211.6 };
const GRID = { low: 369.473, typical: 379.07, high: 557.17 };
const DISCOUNT = { percent: 25, source: 'agreement', asOf: '2026-11-01' };
const SPOT = {
  usdPerHour: { 'm9g.4xlarge': 0.25, 'm8g.8xlarge': 0.5 },
  region: 'us-east-1',
  meaning: SpotPriceMeaning.MEAN_30_DAYS,
  source: 'DescribeSpotPriceHistory',
  asOf: '2026-11-01',
};

/**
 * Two instances at 50 percent, three of which the utilization is late, a gap in their number, none, and four at 100
 * percent. Requests and tokens come from a fleet with instances only, but for a stray one in the gap.
 */
const RECORDED: SeriesById = {
  GroupInServiceInstances: [2, 3, _, 0, 4],
  CPUUtilization: [50, _, 100, _, 100],
  Tokens: [1_000_000, 0, 500_000, _, 4_000_000],
  RequestCount: [600, 0, 5, _, 1200],
  NumberOfMessagesDeleted: [50, 0, 5, _, 400],
};

const tokens = new cloudwatch.Metric({ namespace: 'Runtime', metricName: 'Tokens', statistic: 'Sum' });

type Method = (economics: FleetEconomics) => EstimateMetrics | RangeMetrics | undefined;
type Values = (number | undefined)[];

function economicsOf(capacity: FleetCapacity, options: FleetEconomicsOptions = {}): FleetEconomics {
  return new FleetEconomics(existingFleet(newStack(), { capacity }), options);
}

/** The figures of each bound, five significant digits of them: the expressions carry six. */
function figures(metrics: EstimateMetrics | RangeMetrics | undefined, recorded = RECORDED): Record<string, Values> {
  const bounds = Object.entries(metrics!) as [string, cloudwatch.MathExpression][];
  return Object.fromEntries(bounds.map(([bound, metric]) => [bound, rounded(valuesOf(metric, recorded))]));
}

function rounded(values: Values): Values {
  return values.map((value) => value && Number(value.toPrecision(5)));
}

/** What a figure per instance makes of the watts of two, three and four instances, each as busy as recorded. */
function watts(idle: number, full: number, share = 0.5): Values {
  const half = idle + (full - idle) * share;
  return [2 * half, 3 * half, _, 0, 4 * full];
}

function each(values: Values, change: (value: number, index: number) => number | undefined): Values {
  return rounded(values.map((value, index) => (value === undefined ? _ : change(value, index))));
}

function bounds(
  change: (value: number, index: number) => number | undefined,
  [idle, full, share]: [typeof IDLE, typeof FULL, number?] = [IDLE, FULL],
): Record<string, Values> {
  return {
    low: each(watts(idle.low, full.low, share), change),
    typical: each(watts(idle.typical, full.typical, share), change),
    high: each(watts(idle.high, full.high, share), change),
  };
}

/** Per so many of what was recorded, and nothing where there was none of it. */
function per(name: string, howMany: number): (total: number, index: number) => number | undefined {
  return (total, index) => {
    const count = RECORDED[name][index];
    return count ? (total * howMany) / count : _;
  };
}

const kilowattHours = (value: number) => value / 1000 / 12;

describe('one type', () => {
  const priceBook = PriceBook.published().withDiscount(DISCOUNT);
  const economics = () =>
    economicsOf(FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'] }), { tokens, priceBook });
  const list = [2 * M9G, 3 * M9G, _, 0, 4 * M9G];
  const paid = list.map((price) => price && price * 0.75);
  const perTokens = per('Tokens', 1_000_000);
  const perRequests = per('RequestCount', 1000);
  const same = (values: Values) => ({ low: rounded(values), high: rounded(values) });
  const hourly = (change: ReturnType<typeof per>) => (price: number, index: number) => change(price / 12, index);

  test.each<[string, Method, Record<string, Values>]>([
    ['power, W', (of) => of.metricPower(), bounds((value) => value)],
    ['energy, kWh', (of) => of.metricEnergy(), bounds(kilowattHours)],
    [
      'energy per million tokens, kWh',
      (of) => of.metricEnergyPerMillionTokens(),
      bounds((value, index) => perTokens(kilowattHours(value), index)),
    ],
    [
      'energy per request, Wh',
      (of) => of.metricEnergyPerRequest(),
      bounds((value, index) => perRequests(kilowattHours(value), index)),
    ],
    ['list price, USD/h', (of) => of.metricListCost(), same(list)],
    ['effective cost, USD/h', (of) => of.metricEffectiveCost(), same(paid)],
    ['cost per million tokens, USD', (of) => of.metricCostPerMillionTokens(), same(each(paid, hourly(perTokens)))],
    [
      'list price per million tokens, USD',
      (of) => of.metricCostPerMillionTokens(CostBasis.LIST),
      same(each(list, hourly(perTokens))),
    ],
    [
      'cost per thousand requests, USD',
      (of) => of.metricCostPerThousandRequests(),
      same(each(paid, hourly(perRequests))),
    ],
    ['cost of idle CPU, USD/h', (of) => of.metricIdleCost(), same([0.5 * paid[0]!, 0.5 * paid[1]!, _, 0, 0])],
    [
      'list price of idle CPU, USD/h',
      (of) => of.metricIdleCost(CostBasis.LIST),
      same([0.5 * list[0]!, 0.5 * list[1]!, _, 0, 0]),
    ],
  ])('%s', (_name, method, expected) => {
    expect(figures(method(economics()))).toEqual(expected);
  });

  test('two million tokens in five minutes on two instances at half load, in figures', () => {
    const recorded = { ...RECORDED, Tokens: [2_000_000] };
    const [power] = figures(economics().metricPower(), recorded).typical;
    const [energy] = figures(economics().metricEnergyPerMillionTokens(), recorded).typical;
    const [usd] = figures(economics().metricCostPerMillionTokens(), recorded).low;
    // 87.975 W for a twelfth of an hour are 0.0073313 kWh; 1.17408 USD per hour for as long are 0.09784 USD.
    expect({ power, energy, usd }).toEqual({ power: 87.975, energy: 0.0036656, usd: 0.04892 });
  });

  test('carbon, g CO2e per hour', () => {
    const { low, typical, high } = figures(economics().metricCarbon());
    expect(low).toEqual(each(watts(IDLE.low, FULL.low), (value) => (value / 1000) * GRID.low));
    expect(typical).toEqual(each(watts(IDLE.typical, FULL.typical), (value) => (value / 1000) * GRID.typical));
    expect(high).toEqual(each(watts(IDLE.high, FULL.high), (value) => (value / 1000) * GRID.high));
  });

  test('idle CPU in percent, where the utilization is known', () => {
    expect(valuesOf(economics().metricIdleShare(), RECORDED)).toEqual([50, _, 0, _, 0]);
  });

  test('has one metric for both ends of a cost', () => {
    const { low, high } = economics().metricCostPerMillionTokens()!;
    expect([high, low.label]).toEqual([low, 'Effective cost per million tokens']);
    expect(economics().metricCostPerMillionTokens(CostBasis.LIST)!.low.label).toBe('List price per million tokens');
  });

  test('follows the concave curve where the model has it', () => {
    const powerModel = PowerModel.published({ curve: PowerCurve.CONCAVE });
    const concave = economicsOf(FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'] }), { powerModel });
    // At 50 percent 0.7 of the way: (0.75 - 0.12) / (1.02 - 0.12).
    expect(figures(concave.metricPower())).toEqual(bounds((value) => value, [IDLE, FULL, 0.7]));
    expect(concave.powerSource).toContain('(proxy, concave)');
    // At 5 percent half of (0.32 - 0.12) / 0.9, at 75 percent halfway from 0.7 to 1.
    const recorded = { GroupInServiceInstances: [1, 1], CPUUtilization: [5, 75] };
    expect(figures(concave.metricPower(), recorded).low).toEqual(
      rounded([11.04 + 23.92 * (0.1 / 0.9), 11.04 + 23.92 * 0.85]),
    );
  });
});

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

describe('workers', () => {
  const capacity = FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'] });
  const economics = () => new FleetEconomics(workerFleet({ capacity }));

  test('count the jobs that are done', () => {
    const cost = economics().metricCostPerThousandJobs()!;
    expect(figures(cost)).toMatchObject({
      low: rounded([(2 * M9G) / 12 / 0.05, _, _, _, (4 * M9G) / 12 / 0.4]),
    });
    expect(figures(economics().metricEnergyPerJob())).toEqual(
      bounds((value, index) => per('NumberOfMessagesDeleted', 1)(value / 12, index)),
    );
    const { jobs } = cost.low.usingMetrics;
    expect([nameOf(jobs), jobs.toMetricConfig().metricStat?.statistic]).toEqual(['NumberOfMessagesDeleted', 'Sum']);
  });

  test('have no requests, and fleets behind a load balancer no jobs', () => {
    expect([economics().metricCostPerThousandRequests(), economics().metricEnergyPerRequest()]).toEqual([_, _]);
    const serving = economicsOf(capacity);
    expect([serving.metricCostPerThousandJobs(), serving.metricEnergyPerJob()]).toEqual([_, _]);
  });
});

describe('what is not known', () => {
  const capacity = FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge', 'm8g.8xlarge'] });
  const spot = FleetCapacity.spotFirst({ instanceTypes: ['m9g.4xlarge', 'm8g.8xlarge'], onDemandBase: 1 });

  test('per token without tokens', () => {
    const economics = economicsOf(capacity);
    expect([economics.metricCostPerMillionTokens(), economics.metricEnergyPerMillionTokens()]).toEqual([_, _]);
  });

  test('what is paid, when the price book has the list alone: costs then stand on it', () => {
    const economics = economicsOf(capacity);
    expect([economics.metricEffectiveCost(), economics.effectivePriceSource]).toEqual([_, _]);
    expect([economics.costBasis, economics.metricIdleCost()!.low.label]).toEqual([
      CostBasis.LIST,
      'List price of idle CPU, cheapest mix',
    ]);
    expect(economics.metricIdleCost(CostBasis.EFFECTIVE)).toBeUndefined();
  });

  test.each([
    ['no Spot price of one of the types', { 'm9g.4xlarge': 0.25 }, spot],
    ['no Spot instances', SPOT.usdPerHour, capacity],
  ])('the difference to Spot with %s', (_name, usdPerHour, of) => {
    const priceBook = PriceBook.published().withSpotPrices({ ...SPOT, usdPerHour });
    const economics = economicsOf(of, { priceBook });
    expect([economics.metricSpotSaving(), economics.metricEffectiveCost()]).toEqual([_, _]);
  });

  test('tokens that are not a sum are refused', () => {
    const [problem] = problemsOf(() => economicsOf(capacity, { tokens: tokens.with({ statistic: 'Average' }) }));
    expect([problem.what, problem.got]).toEqual(['tokens', 'the statistic Average']);
  });
});

describe('numbers that are only known at deployment', () => {
  const parameterOf = (stack: Stack, id: string) =>
    new CfnParameter(stack, id, { type: 'Number', default: 2 }).valueAsNumber;

  test('the on-demand base stands in the expression as a reference', () => {
    const stack = newStack();
    const capacity = FleetCapacity.spotFirst({
      instanceTypes: ['m9g.4xlarge'],
      maxInstances: 20,
      onDemandBase: parameterOf(stack, 'Base'),
    });
    const priceBook = PriceBook.published().withSpotPrices(SPOT);
    const economics = new FleetEconomics(existingFleet(stack, { capacity }), { priceBook });
    const parts = stack.resolve(economics.metricEffectiveCost()!.low.expression) as { 'Fn::Join': [string, unknown[]] };
    const text = parts['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : '3')).join('');
    expect(parts['Fn::Join'][1]).toContainEqual({ Ref: 'Base' });
    expect(evaluate(text, { instances: 5 })).toBeCloseTo(3 * M9G + 2 * 0.25, 4);
    expect(economics.estimate(5).effectivePriceUsdPerHour).toBeUndefined();
  });

  test('a size makes the plan one of one instance, which says so', () => {
    const stack = newStack();
    const capacity = FleetCapacity.onDemand({
      instanceTypes: ['m9g.4xlarge'],
      minInstances: parameterOf(stack, 'Min'),
      maxInstances: 9,
    });
    const fleet = existingFleet(stack, { capacity });
    new FleetEconomics(fleet);
    const [{ data }] = fleet.node.metadata.filter(({ type }) => type === 'cdk-graviton-fleet:estimate');
    expect(data).toMatchObject({
      instances: 1,
      note: 'for one instance: the size is only known at deployment',
      vcpus: { low: 16, high: 16 },
    });
  });
});

test('the longest expression is far from the 2,048 characters that GetMetricData takes', () => {
  const economics = economicsOf(
    FleetCapacity.spotFirst({
      instanceTypes: ['m9g.4xlarge', 'm8g.8xlarge'],
      size: FleetSize.vcpus({ min: 1234, max: 98765 }),
      onDemandBase: 1234,
      onDemandPercentageAboveBase: 33,
    }),
    {
      priceBook: PriceBook.published().withSpotPrices(SPOT),
      powerModel: PowerModel.published({ curve: PowerCurve.CONCAVE }),
      tokens,
    },
  );
  const lengths = [
    economics.metricCostPerMillionTokens()!.high,
    economics.metricIdleCost()!.high,
    economics.metricEnergyPerMillionTokens()!.high,
  ].map(({ expression }) => expression.length);
  expect(Math.max(...lengths)).toBeLessThan(1600);
});
