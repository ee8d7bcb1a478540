import { describe, expect, test } from 'vitest';
import { CostBasis, FleetCapacity, PowerCurve, PowerModel, PriceBook, FleetEconomics } from '../../../lib';
import { valuesOf, nameOf } from '../../support/recorded-metrics';
import { _ } from '../../support/series-source';
import { workerFleet } from '../../support/worker-app';
import {
  M9G,
  IDLE,
  FULL,
  GRID,
  DISCOUNT,
  RECORDED,
  tokens,
  Method,
  Values,
  economicsOf,
  figures,
  rounded,
  watts,
  each,
  bounds,
  per,
  kilowattHours,
} from './hand-worked';

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
