import { CfnParameter, Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { CostBasis, FleetCapacity, FleetEconomics, PriceBook, FleetSize, PowerCurve, PowerModel } from '../../../lib';
import { problemsOf } from '../../support/config-error';
import { existingFleet, newStack } from '../../support/fleet-app';
import { evaluate } from '../../support/metric-math';
import { _ } from '../../support/series-source';
import { M9G, SPOT, tokens, economicsOf } from './hand-worked';

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
