import { Lazy, Stack } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { describe, expect, test } from 'vitest';
import { FleetCapacity, FleetEconomics, FleetEconomicsOptions, PowerModel, PriceBook } from '../../lib';
import { problemsOf } from '../support/config-error';
import { ACCOUNT, existingFleet, inRegion, newStack } from '../support/fleet-app';
import { evaluate } from '../support/metric-math';

function economicsOf(
  instanceTypes: string[],
  { region, ...options }: FleetEconomicsOptions & { region?: string } = { region: 'us-east-1' },
): FleetEconomics {
  const stack = newStack(region ? inRegion(region) : {});
  return new FleetEconomics(existingFleet(stack, { capacity: FleetCapacity.onDemand({ instanceTypes }) }), options);
}

function valueOf({ expression }: MathExpression, metrics: Record<string, number>): number {
  return evaluate(expression, metrics);
}

/** Five significant digits of each figure: the expressions carry six. */
function rounded(figures: object | undefined): unknown {
  return (
    figures &&
    Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, Number((value as number).toPrecision(5))]))
  );
}

/**
 * Worked out by hand for m9g.4xlarge, 16 vCPU, in us-east-1 with its PUE of 1.15:
 * USD/h 16 x 0.04892; idle 16 x 0.6 = 9.6 W, median of 114, 119 and 17 W per 64 vCPU = 28.5 W, 16 x 1.9 = 30.4 W; full
 * load 16 x 1.9 = 30.4 W, median of 192, 288 and 144 W per 64 vCPU = 48 W, 16 x 4.5 = 72 W.
 */
const ONE = {
  usdPerHour: 0.78272,
  idle: { low: 9.6 * 1.15, typical: 28.5 * 1.15, high: 30.4 * 1.15 },
  full: { low: 30.4 * 1.15, typical: 48 * 1.15, high: 72 * 1.15 },
};

describe('two m9g.4xlarge in us-east-1', () => {
  const economics = () => economicsOf(['m9g.4xlarge']);

  test('have 32 vCPU, cost 1.56544 USD per hour, and draw a band of watts', () => {
    const estimate = economics().estimate(2);
    expect(estimate).toMatchObject({
      fleet: 'Stack/Fleet',
      region: 'us-east-1',
      instanceTypes: ['m9g.4xlarge'],
      instances: 2,
      vcpus: { low: 32, high: 32 },
    });
    expect(rounded(estimate.listPriceUsdPerHour)).toEqual({ low: 1.5654, high: 1.5654 });
    expect(rounded(estimate.idleWatts)).toEqual({ low: 22.08, typical: 65.55, high: 69.92 });
    expect(rounded(estimate.fullLoadWatts)).toEqual({ low: 69.92, typical: 110.4, high: 165.6 });
  });

  test.each([0, 50, 100])('draw by metric math what they draw by hand, at %i percent of the CPU', (cpu) => {
    const power = economics().metricPower()!;
    for (const bound of ['low', 'typical', 'high'] as const) {
      const byHand = 2 * (ONE.idle[bound] + ((ONE.full[bound] - ONE.idle[bound]) * cpu) / 100);
      expect(valueOf(power[bound], { instances: 2, cpu })).toBeCloseTo(byHand, 3);
    }
  });

  test('cost by metric math what they cost by hand', () => {
    const cost = economics().metricListCost()!;
    expect(valueOf(cost.low, { instances: 2 })).toBeCloseTo(2 * ONE.usdPerHour, 8);
    expect(cost.high).toBe(cost.low);
  });

  test('have figures that name source and date', () => {
    const { priceSource, powerSource } = economics();
    expect(priceSource).toMatch(/^listed 2026-07-20, AWS Price List/);
    expect(powerSource).toMatch(/^Public models, \d{4}-\d\d-\d\d \(proxy, linear\), times PUE 1\.15 \(region, 2024\)$/);
  });
});

test('the metrics are the free ones of the group, over five minutes', () => {
  const economics = economicsOf(['m9g.4xlarge']);
  const { fleet } = economics;
  const resolve = (value: unknown) => Stack.of(fleet).resolve(value) as unknown;
  const dimensions = resolve({ AutoScalingGroupName: fleet.autoScalingGroup.autoScalingGroupName });
  const seen = [economics.metricInstances(), economics.metricCpuUtilization()].map((metric) => {
    const { namespace, metricName, statistic, period, dimensions: seenDimensions } = metric;
    return [`${namespace} ${metricName} ${period.toSeconds()}`, statistic, resolve(seenDimensions)];
  });
  expect(seen).toEqual([
    ['AWS/AutoScaling GroupInServiceInstances 300', 'Average', dimensions],
    ['AWS/EC2 CPUUtilization 300', 'Average', dimensions],
  ]);
  const { instances, cpu } = economics.metricPower()!.typical.usingMetrics;
  expect([instances, cpu].map((metric) => metric.toMetricConfig().metricStat?.metricName)).toEqual([
    'GroupInServiceInstances',
    'CPUUtilization',
  ]);
});

describe('a fleet of several types', () => {
  const economics = () => economicsOf(['m9g.4xlarge', 'm8g.8xlarge']);

  test('is a range from the least to the greatest of its types', () => {
    // m8g.8xlarge: 32 vCPU x 0.04488 USD; 97 W idle and 368 W at full load per 64 vCPU are the ends of its models.
    const { vcpus, listPriceUsdPerHour, idleWatts, fullLoadWatts } = economics().estimate(1);
    expect(vcpus).toEqual({ low: 16, high: 32 });
    expect(rounded(listPriceUsdPerHour)).toEqual({ low: 0.78272, high: 1.4362 });
    expect(rounded(idleWatts)).toEqual({ low: 11.04, typical: 32.775, high: 73.6 });
    expect(rounded(fullLoadWatts)).toEqual({ low: 34.96, typical: 55.2, high: 211.6 });
  });

  test('has two metrics of cost', () => {
    const { low, high } = economics().metricListCost()!;
    expect(valueOf(low, { instances: 3 })).toBeCloseTo(3 * 0.78272, 8);
    expect(valueOf(high, { instances: 3 })).toBeCloseTo(3 * 1.43616, 8);
    expect([low.label, high.label]).toEqual(['List price, cheapest mix', 'List price, dearest mix']);
  });
});

test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, Lazy.number({ produce: () => 3 })])(
  'nothing is made up for %d instances',
  (instances) => {
    const [problem] = problemsOf(() => economicsOf(['m9g.4xlarge']).estimate(instances));
    expect(problem).toMatchObject({ what: 'instances', allowed: 'a whole number from 0' });
    expect(problem.got).not.toMatch(/e\+/);
  },
);

test('a power model of your own is named with its source and date', () => {
  const watts = { low: 1, typical: 1, high: 1 };
  const coefficients = { m9g: { idleWattsPerVcpu: watts, fullLoadWattsPerVcpu: watts } };
  const powerModel = PowerModel.custom({ name: 'Bench', coefficients, source: 'wall meter', asOf: '2026-11-20' });
  expect(economicsOf(['m9g.4xlarge'], { region: 'us-east-1', powerModel }).powerSource).toBe(
    'Bench (userCalibrated 2026-11-20, wall meter, linear), times PUE 1.15 (region, 2024)',
  );
});

test('metrics know where they are, so that a dashboard in another region finds them', () => {
  const { usingMetrics } = economicsOf(['m9g.4xlarge'], { region: 'us-west-2' }).metricPower()!.typical;
  const places = Object.entries(usingMetrics).map(([id, metric]) => {
    const { region, account } = metric.toMetricConfig().metricStat!;
    return [id, region, account];
  });
  expect(places).toEqual([
    ['instances', 'us-west-2', ACCOUNT],
    ['cpu', 'us-west-2', ACCOUNT],
  ]);
});

describe('what is not known stays unknown', () => {
  test('the price of a region without a list price', () => {
    const economics = economicsOf(['m9g.4xlarge'], { region: 'eu-central-1' });
    expect([economics.metricListCost(), economics.priceSource]).toEqual([undefined, undefined]);
    expect(economics.estimate(2).listPriceUsdPerHour).toBeUndefined();
    expect(economics.metricPower()).toBeDefined();
  });

  test('the price in a region that is only known at deployment; its PUE is the global average', () => {
    const economics = economicsOf(['m9g.4xlarge'], { region: undefined });
    expect([economics.region, economics.metricListCost()]).toEqual([undefined, undefined]);
    expect(economics.estimate(1).region).toBeUndefined();
    expect(economics.powerSource).toContain('times PUE 1.15 (globalAverage, 2024)');
  });

  test('the price of a fleet of which one type has none', () => {
    const economics = economicsOf(['m9g.4xlarge', 'r9gd.4xlarge']);
    expect(economics.metricListCost()).toBeUndefined();
  });

  test('the power and the vCPUs of a family that the catalog does not have', () => {
    const economics = economicsOf(['m9g.4xlarge', 'm12g.4xlarge']);
    expect([economics.metricPower(), economics.powerSource]).toEqual([undefined, undefined]);
    const { instances, vcpus, idleWatts, idleCarbonGramsPerHour } = economics.estimate(2);
    expect({ instances, vcpus, idleWatts, idleCarbonGramsPerHour }).toEqual({ instances: 2 });
  });
});

test('rates and coefficients of the user come first, under their own name', () => {
  const watts = (typical: number) => ({ low: typical, typical, high: typical });
  const economics = economicsOf(['m9g.4xlarge'], {
    region: 'eu-central-1',
    priceBook: PriceBook.published().withEffectiveRates({
      usdPerVcpuHour: { m9g: 0.05 },
      source: 'our contract',
      asOf: '2026-11-01',
    }),
    powerModel: PowerModel.custom({
      name: 'our bench',
      source: 'metered PDU',
      asOf: '2026-11-01',
      coefficients: { m9g: { idleWattsPerVcpu: watts(1), fullLoadWattsPerVcpu: watts(3) } },
    }),
  });
  expect(valueOf(economics.metricEffectiveCost()!.low, { instances: 1 })).toBeCloseTo(0.8, 8);
  expect(economics.effectivePriceSource).toBe('userRate 2026-11-01, our contract');
  expect([economics.metricListCost(), economics.priceSource]).toEqual([undefined, undefined]);
  // eu-central-1 has a PUE of 1.35.
  expect(valueOf(economics.metricPower()!.typical, { instances: 1, cpu: 100 })).toBeCloseTo(16 * 3 * 1.35, 3);
  expect(economics.powerSource).toContain('our bench');
});
