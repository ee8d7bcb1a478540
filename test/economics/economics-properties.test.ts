import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  EstimateMetrics,
  FleetCapacity,
  FleetEconomics,
  FleetSize,
  InstanceCatalog,
  PowerCurve,
  PowerModel,
  PriceBook,
  SpotPriceMeaning,
} from '../../lib';
import { existingFleet, newStack } from '../support/fleet-app';
import { valuesOf } from '../support/recorded-metrics';

const TYPES = ['m9g.4xlarge', 'm8g.8xlarge', 'c9g.2xlarge'];
const SPOT_USD: Record<string, number> = { 'm9g.4xlarge': 0.25, 'm8g.8xlarge': 0.71, 'c9g.2xlarge': 0.4 };
/** AWS's PUE of us-east-1. */
const PUE = 1.15;
const CURVES = [PowerCurve.LINEAR, PowerCurve.CONCAVE];
/** The expressions carry six significant digits. */
const PRECISION = 1e-4;
const ENDS = ['low', 'typical', 'high'] as const;

const tokens = new cloudwatch.Metric({ namespace: 'Runtime', metricName: 'Tokens', statistic: 'Sum' });
const priceBook = PriceBook.published().withSpotPrices({
  usdPerHour: SPOT_USD,
  region: 'us-east-1',
  meaning: SpotPriceMeaning.NOW,
  source: 'test',
  asOf: '2026-11-01',
});

function economicsOf(capacity: FleetCapacity, curve = PowerCurve.LINEAR): FleetEconomics {
  const powerModel = PowerModel.published({ curve });
  return new FleetEconomics(existingFleet(newStack(), { capacity }), { powerModel, priceBook, tokens });
}

function at(metric: cloudwatch.MathExpression, instances: number, cpu: number, count = 1): number {
  const [value] = valuesOf(metric, {
    GroupInServiceInstances: [instances],
    GroupInServiceCapacity: [instances],
    GroupDesiredCapacity: [instances],
    CPUUtilization: [cpu],
    Tokens: [count],
    RequestCount: [count],
  });
  return value!;
}

const percent = fc.double({ min: 0, max: 100, noNaN: true });
const instances = fc.integer({ min: 1, max: 10_000 });

const ESTIMATES: [string, (economics: FleetEconomics) => EstimateMetrics][] = [
  ['power', (of) => of.metricPower()!],
  ['energy', (of) => of.metricEnergy()!],
  ['carbon', (of) => of.metricCarbon()!],
  ['energy per million tokens', (of) => of.metricEnergyPerMillionTokens()!],
  ['energy per request', (of) => of.metricEnergyPerRequest()!],
];

describe.each(CURVES)('the estimates of power with a $name curve', (curve) => {
  const economics = () => economicsOf(FleetCapacity.onDemand({ instanceTypes: TYPES }), curve);

  test.each(ESTIMATES)(
    '%s: low <= typical <= high, linear in instances, never less at a higher load',
    (_name, method) => {
      const metrics = method(economics());
      fc.assert(
        fc.property(instances, percent, percent, (count, one, other) => {
          const [less, more] = [Math.min(one, other), Math.max(one, other)];
          const [low, typical, high] = ENDS.map((end) => at(metrics[end], count, less));
          expect(low).toBeGreaterThan(0);
          expect(typical).toBeGreaterThanOrEqual(low);
          expect(high).toBeGreaterThanOrEqual(typical);
          for (const end of ENDS) {
            expect(at(metrics[end], count, less) / at(metrics[end], 1, less)).toBeCloseTo(count, 4);
            // Where two stretches of the curve meet, their six digits may differ in the last.
            expect(at(metrics[end], count, more)).toBeGreaterThanOrEqual(
              at(metrics[end], count, less) * (1 - PRECISION),
            );
          }
        }),
        { numRuns: 50 },
      );
    },
  );

  test('energy is power for the length of the period, carbon the energy of an hour on the grid', () => {
    // us-east-1: Ember 369.473, Cloud Carbon Footprint 379.07, WattTime 557.17 g CO2e per kWh.
    const grams = { low: 369.473, typical: 379.07, high: 557.17 };
    const [power, energy, carbon, perTokens, perRequest] = ESTIMATES.map(([, method]) => method(economics()));
    fc.assert(
      fc.property(instances, percent, (count, cpu) => {
        for (const end of ENDS) {
          const kilowatts = at(power[end], count, cpu) / 1000;
          const kilowattHours = kilowatts / 12;
          expect(at(energy[end], count, cpu) / kilowattHours).toBeCloseTo(1, 5);
          expect(at(carbon[end], count, cpu) / (kilowatts * grams[end])).toBeCloseTo(1, 5);
          expect(at(perTokens[end], count, cpu, 5_000_000) / (kilowattHours / 5)).toBeCloseTo(1, 5);
          expect(at(perRequest[end], count, cpu, 2000) / ((kilowattHours * 1000) / 2000)).toBeCloseTo(1, 5);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('are what the value object says, for every mix of types that are as busy as each other', () => {
    const model = PowerModel.published({ curve });
    const power = economics().metricPower()!;
    const mix = fc.array(fc.constantFrom(...TYPES), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(mix, percent, (types, cpu) => {
        const total = { low: 0, high: 0 };
        for (const type of types) {
          const { low, high } = model.watts(type, cpu / 100)!;
          total.low += low * PUE;
          total.high += high * PUE;
        }
        expect(at(power.low, types.length, cpu)).toBeLessThanOrEqual(total.low * (1 + PRECISION));
        expect(at(power.high, types.length, cpu)).toBeGreaterThanOrEqual(total.high * (1 - PRECISION));
      }),
      { numRuns: 200 },
    );
  });

  test('of one type are the watts of the value object, times PUE', () => {
    const one = economicsOf(FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'] }), curve).metricPower()!;
    const model = PowerModel.published({ curve });
    fc.assert(
      fc.property(percent, (cpu) => {
        const watts = model.watts('m9g.4xlarge', cpu / 100)!;
        for (const end of ENDS) {
          expect(at(one[end], 1, cpu) / (watts[end] * PUE)).toBeCloseTo(1, 4);
        }
      }),
      { numRuns: 100 },
    );
  });
});

test('linear power of a group bounds every mix, however unevenly its types are busy', () => {
  const model = PowerModel.published();
  const power = economicsOf(FleetCapacity.onDemand({ instanceTypes: TYPES })).metricPower()!;
  const each = fc.record({ type: fc.constantFrom(...TYPES), cpu: percent });
  fc.assert(
    fc.property(fc.array(each, { minLength: 1, maxLength: 12 }), (group) => {
      const average = group.reduce((sum, { cpu }) => sum + cpu, 0) / group.length;
      const total = (end: 'low' | 'high') =>
        group.reduce((sum, { type, cpu }) => sum + model.watts(type, cpu / 100)![end] * PUE, 0);
      expect(at(power.low, group.length, average)).toBeLessThanOrEqual(total('low') * (1 + PRECISION));
      expect(at(power.high, group.length, average)).toBeGreaterThanOrEqual(total('high') * (1 - PRECISION));
    }),
    { numRuns: 300 },
  );
});

interface Group {
  readonly onDemand: readonly string[];
  readonly spot: readonly string[];
}

/** What a group pays, and how far its Spot instances are below the list price. */
function bill({ onDemand, spot }: Group): { paid: number; saved: number } {
  const list = (type: string) => priceBook.listPrice(type, 'us-east-1')!.usdPerHour;
  const sum = (figures: number[]) => figures.reduce((total, figure) => total + figure, 0);
  return {
    paid: sum(onDemand.map(list)) + sum(spot.map((type) => SPOT_USD[type])),
    saved: sum(spot.map((type) => list(type) - SPOT_USD[type])),
  };
}

/** Every choice of a number of instances of the types, in any order. */
function choices(types: readonly string[], count: number): string[][] {
  return count === 0
    ? [[]]
    : types.flatMap((type, index) => choices(types.slice(index), count - 1).map((rest) => [type, ...rest]));
}

describe('the effective cost', () => {
  const spotFirst = { instanceTypes: TYPES, onDemandBase: 2, onDemandPercentageAboveBase: 30 };

  test('of every feasible mix of up to seven instances lies in the range, and both ends are reached', () => {
    const economics = economicsOf(FleetCapacity.spotFirst({ ...spotFirst, minInstances: 1, maxInstances: 7 }));
    const cost = economics.metricEffectiveCost()!;
    const saving = economics.metricSpotSaving()!;
    for (let count = 1; count <= 7; count += 1) {
      const bought = Math.min(count, 2) + Math.ceil((Math.max(0, count - 2) * 30) / 100);
      const bills = choices(TYPES, bought).flatMap((onDemand) =>
        choices(TYPES, count - bought).map((spot) => bill({ onDemand, spot })),
      );
      const paid = bills.map((each) => each.paid);
      const saved = bills.map((each) => each.saved);
      expect(at(cost.low, count, 50)).toBeCloseTo(Math.min(...paid), 3);
      expect(at(cost.high, count, 50)).toBeCloseTo(Math.max(...paid), 3);
      expect(at(saving.low, count, 50)).toBeCloseTo(Math.min(...saved), 3);
      expect(at(saving.high, count, 50)).toBeCloseTo(Math.max(...saved), 3);
    }
  });

  test('of every feasible mix of a size in vCPUs lies in the range', () => {
    const size = FleetSize.vcpus({ min: 32, max: 160 });
    const economics = economicsOf(FleetCapacity.spotFirst({ ...spotFirst, onDemandBase: 32, size }));
    const cost = economics.metricEffectiveCost()!;
    const saving = economics.metricSpotSaving()!;
    const vcpus = (types: readonly string[]) =>
      types.reduce((sum, type) => sum + InstanceCatalog.lookup(type)!.vcpus, 0);
    const upToFour = [0, 1, 2, 3, 4].flatMap((count) => choices(TYPES, count));
    let seen = 0;
    for (const onDemand of upToFour) {
      for (const spot of upToFour) {
        const units = vcpus(onDemand) + vcpus(spot);
        const asked = Math.min(units, 32) + Math.ceil((Math.max(0, units - 32) * 30) / 100);
        const excess = vcpus(onDemand) - asked;
        // More than asked for only because the last of the on-demand instances cannot be divided.
        if (units > 0 && excess >= 0 && onDemand.some((type) => excess < vcpus([type]))) {
          seen += 1;
          const { paid, saved } = bill({ onDemand, spot });
          expect(at(cost.low, units, 50)).toBeLessThanOrEqual(paid * (1 + PRECISION));
          expect(at(cost.high, units, 50)).toBeGreaterThanOrEqual(paid * (1 - PRECISION));
          expect(at(saving.low, units, 50)).toBeLessThanOrEqual(saved + PRECISION);
          expect(at(saving.high, units, 50)).toBeGreaterThanOrEqual(saved - PRECISION);
        }
      }
    }
    expect(seen).toBeGreaterThan(300);
  });

  test('of an estimate is that of the metrics, for any number of instances', () => {
    const economics = economicsOf(FleetCapacity.spotFirst({ ...spotFirst, maxInstances: 100 }));
    const cost = economics.metricEffectiveCost()!;
    for (const count of [0, 1, 2, 3, 10, 57]) {
      const { low, high } = economics.estimate(count).effectivePriceUsdPerHour!;
      expect(at(cost.low, count, 50)).toBeCloseTo(low, 2);
      expect(at(cost.high, count, 50)).toBeCloseTo(high, 2);
    }
  });
});
