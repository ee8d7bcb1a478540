import { describe, expect, test } from 'vitest';
import { GridIntensity, PowerUsageEffectiveness, PueKind } from '../../lib/catalog';
import grid from '../../lib/catalog/data/grid-intensity.json';

describe('PowerUsageEffectiveness', () => {
  const pue = PowerUsageEffectiveness.published();

  test.each([
    ['us-east-1', 1.15],
    ['us-east-2', 1.13],
    ['us-west-2', 1.12],
    ['eu-west-1', 1.11],
    ['eu-central-1', 1.35],
    ['ap-northeast-1', 1.27],
    ['ap-south-1', 1.42],
    ['eu-north-1', 1.1],
  ])('%s is %d', (region, value) => {
    expect(pue.figure(region)).toMatchObject({ value, kind: PueKind.REGION, asOf: '2024' });
  });

  test.each(['eu-west-2', 'nowhere-1', 'constructor', '${Token[AWS.Region.4]}'])(
    '%s has the global average',
    (region) => {
      expect(pue.figure(region)).toMatchObject({ value: 1.15, kind: PueKind.GLOBAL_AVERAGE, asOf: '2024' });
    },
  );
});

describe('GridIntensity', () => {
  const intensity = GridIntensity.published();

  test('us-west-2 spans the methods and names them', () => {
    expect(intensity.band('us-west-2')).toMatchObject({
      low: 119.76,
      lowMethod: 'Electricity Maps, average of consumption',
      typical: 322.17,
      typicalMethod: 'Cloud Carbon Footprint, location average',
      high: 476.66,
      highMethod: 'WattTime, marginal',
    });
  });

  test('a region with one figure says so', () => {
    const band = intensity.band('mx-central-1')!;
    expect(band).toMatchObject({ low: 507.245, typical: 507.245, high: 507.245 });
    expect(band.figures).toHaveLength(1);
  });

  test('every band is ordered', () => {
    for (const region of Object.keys(grid.regions)) {
      const { low, typical, high } = intensity.band(region)!;
      expect(low).toBeGreaterThan(0);
      expect(typical).toBeGreaterThanOrEqual(low);
      expect(high).toBeGreaterThanOrEqual(typical);
    }
  });

  test.each(['nowhere-1', 'constructor', '${Token[AWS.Region.4]}'])('%s is not known', (region) => {
    expect(intensity.band(region)).toBeUndefined();
  });
});
