import { describe, expect, test } from 'vitest';
import { fleetFigures } from '../../../functions/fleet-meter/figures/fleet-figures';
import { Pool, PoolCounts } from '../../../functions/fleet-meter/instances/pool-counts';
import { FLEET_METRICS } from '../../../lib/economics/meter/private/meter-metrics';

const TYPES = {
  'm9g.4xlarge': {
    listUsdPerHour: 0.8,
    effectiveUsdPerHour: 0.6,
    idleWatts: { low: 10, typical: 20, high: 30 },
    fullLoadWatts: { low: 40, typical: 60, high: 80 },
  },
  'm8g.4xlarge': {
    listUsdPerHour: 0.7,
    effectiveUsdPerHour: 0.5,
    idleWatts: { low: 12, typical: 24, high: 36 },
    fullLoadWatts: { low: 36, typical: 48, high: 60 },
  },
};
const powerCurve = [
  [0, 0],
  [1, 1],
] as const;
const SPOT: Record<string, number> = { 'm9g.4xlarge a': 0.25, 'm9g.4xlarge b': 0.3, 'm8g.4xlarge a': 0.2 };
const spotUsdPerHour = (type: string, zone: string) => SPOT[`${type} ${zone}`];

function pool(instanceType: string, zone: string, spot: boolean, instances: number): Pool {
  return { instanceType, zone, spot, instances, vcpus: 16 };
}

describe('the figures of a fleet', () => {
  test('are those worked out by hand', () => {
    const pools = [
      pool('m9g.4xlarge', 'a', false, 2),
      pool('m9g.4xlarge', 'a', true, 3),
      pool('m9g.4xlarge', 'b', true, 1),
      pool('m8g.4xlarge', 'a', true, 4),
    ];
    const figures = fleetFigures(pools, { types: TYPES, powerCurve, spotUsdPerHour, cpuUtilization: 0.5 });
    expect(Object.keys(figures)).toEqual(FLEET_METRICS);
    expect(figures).toMatchObject({ OnDemandInstances: 2, SpotInstances: 8, VCpus: 160, UnpricedInstances: 0 });
    // 6 x 0.8 + 4 x 0.7
    expect(figures.ListCost).toBeCloseTo(7.6, 10);
    // 3 x 0.25 + 1 x 0.3 + 4 x 0.2
    expect(figures.SpotCost).toBeCloseTo(1.85, 10);
    // and 2 x 0.6
    expect(figures.EffectiveCost).toBeCloseTo(3.05, 10);
    // 6 x (10 + 40) / 2 + 4 x (12 + 36) / 2, and so on
    expect([figures.PowerLow, figures.PowerTypical, figures.PowerHigh]).toEqual([246, 384, 522]);
  });

  test('of no instances are zero, whatever the CPU', () => {
    const figures = fleetFigures([], { types: TYPES, powerCurve, spotUsdPerHour });
    expect(Object.entries(figures)).toEqual(FLEET_METRICS.map((name) => [name, 0]));
  });

  test('follow the curve of the power model', () => {
    const concave = [
      [0, 0],
      [0.1, 0.2],
      [0.5, 0.7],
      [1, 1],
    ] as const;
    const power = (cpuUtilization: number) =>
      fleetFigures([pool('m9g.4xlarge', 'a', false, 1)], {
        types: TYPES,
        powerCurve: concave,
        spotUsdPerHour,
        cpuUtilization,
      }).PowerLow;
    // 10 + 30 x share; 0.3 is half way from 0.1 to 0.5.
    expect([0, 0.05, 0.1, 1].map(power)).toEqual([10, 13, 16, 40]);
    expect(power(0.3)).toBeCloseTo(10 + 30 * 0.45, 10);
  });

  test('leave out no instance: one without a price hides what all cost', () => {
    const pools = [pool('m9g.4xlarge', 'a', false, 2), pool('x9g.large', 'a', false, 3)];
    const figures = fleetFigures(pools, { types: TYPES, powerCurve, spotUsdPerHour, cpuUtilization: 0.5 });
    expect(figures).toMatchObject({ OnDemandInstances: 5, VCpus: 80, UnpricedInstances: 3, SpotCost: 0 });
    const { ListCost, EffectiveCost, PowerLow, PowerTypical, PowerHigh } = figures;
    expect([ListCost, EffectiveCost, PowerLow, PowerTypical, PowerHigh]).toEqual(Array(5).fill(undefined));
  });

  test('leave out no vCPU: an instance of which EC2 does not say how many it has hides those of all', () => {
    const pools = [pool('m9g.4xlarge', 'a', false, 2), { ...pool('m9g.metal-48xl', 'a', false, 1), vcpus: undefined }];
    const figures = fleetFigures(pools, { types: TYPES, powerCurve, spotUsdPerHour, cpuUtilization: 0 });
    expect(figures).toMatchObject({ OnDemandInstances: 3, VCpus: undefined });
  });

  test('leave out no Spot Instance: one without a Spot price hides the Spot cost, not the list price', () => {
    const pools = [pool('m9g.4xlarge', 'a', true, 2), pool('m8g.4xlarge', 'b', true, 3)];
    const figures = fleetFigures(pools, { types: TYPES, powerCurve, spotUsdPerHour, cpuUtilization: 0 });
    expect(figures).toMatchObject({ UnpricedInstances: 3, SpotCost: undefined, EffectiveCost: undefined });
    expect(figures.ListCost).toBeCloseTo(3.7, 10);
  });

  test('have no power while the CPU utilization is not known', () => {
    const pools = [pool('m9g.4xlarge', 'a', false, 2)];
    const { PowerLow, ListCost } = fleetFigures(pools, { types: TYPES, powerCurve, spotUsdPerHour });
    expect({ PowerLow, ListCost }).toEqual({ PowerLow: undefined, ListCost: 1.6 });
  });
});

test('instances are counted by type, zone and purchase option', () => {
  const counts = new PoolCounts();
  const instance = { instanceType: 'm9g.4xlarge', zone: 'a', spot: false, vcpus: 16 };
  [instance, instance, { ...instance, zone: 'b' }, { ...instance, spot: true }].forEach((one) => counts.add(one));
  expect(counts.pools).toEqual([
    pool('m9g.4xlarge', 'a', false, 2),
    pool('m9g.4xlarge', 'b', false, 1),
    pool('m9g.4xlarge', 'a', true, 1),
  ]);
});
