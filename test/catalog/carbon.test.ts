import { Lazy } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { GridIntensity, PowerUsageEffectiveness, PueKind } from '../../lib/catalog';
import grid from '../../lib/catalog/data/grid-intensity.json';
import { problemsOf } from '../support/config-error';

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

describe('a power usage effectiveness of the user', () => {
  const own = { value: 1.08, source: 'site report', asOf: '2026-10-01' };

  test('holds everywhere, or in its region while the others keep theirs', () => {
    const everywhere = PowerUsageEffectiveness.custom(own);
    expect(everywhere.figure('eu-central-1')).toEqual({ ...own, kind: PueKind.USER_SUPPLIED });
    expect(everywhere.figure('${Token[AWS.Region.4]}').value).toBe(1.08);
    const one = PowerUsageEffectiveness.custom({ ...own, region: 'eu-central-1' });
    expect(one.figure('eu-central-1').value).toBe(1.08);
    expect(one.figure('us-east-1')).toEqual(PowerUsageEffectiveness.published().figure('us-east-1'));
  });

  test.each([0.99, Number.NaN, Number.POSITIVE_INFINITY])('of %d is refused', (value) => {
    const [problem] = problemsOf(() => PowerUsageEffectiveness.custom({ ...own, value }));
    expect([problem.what, problem.got]).toEqual(['value', String(value)]);
  });
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

  test('methods disagree as much as the documentation says: more where the grid has little carbon', () => {
    const spread = (region: string, averagesOnly: boolean) => {
      const figures = intensity.band(region)!.figures.filter(({ marginal }) => !(marginal && averagesOnly));
      return figures[figures.length - 1].gramsPerKwh / figures[0].gramsPerKwh;
    };
    const regions = Object.keys(grid.regions);
    const [averages, all] = [true, false].map((averagesOnly) =>
      Object.fromEntries(regions.map((region) => [region, spread(region, averagesOnly)])),
    );
    expect(Math.max(...Object.values(averages))).toBe(averages['ca-central-1']);
    expect(averages['ca-central-1']).toBeCloseTo(5.6, 1);
    expect(Math.max(...Object.values(all))).toBe(all['eu-north-1']);
    expect(all['eu-north-1']).toBeCloseTo(89.9, 1);
    const wide = regions.filter((region) => all[region] > 4).sort();
    expect(wide).toEqual(['ca-central-1', 'eu-central-2', 'eu-north-1', 'eu-west-3', 'sa-east-1']);
  });

  test.each(['nowhere-1', 'constructor', '${Token[AWS.Region.4]}'])('%s is not known', (region) => {
    expect(intensity.band(region)).toBeUndefined();
  });
});

describe('a carbon intensity of the user', () => {
  const own = {
    gramsPerKwh: { low: 10, typical: 20, high: 40 },
    method: 'market-based, our contract',
    source: 'certificate 7',
    asOf: '2026-10-01',
  };

  test('holds everywhere under the name of its method', () => {
    expect(GridIntensity.custom(own).band('nowhere-1')).toEqual({
      region: 'nowhere-1',
      ...own.gramsPerKwh,
      lowMethod: own.method,
      typicalMethod: own.method,
      highMethod: own.method,
      figures: [10, 20, 40].map((gramsPerKwh) => ({
        gramsPerKwh,
        method: own.method,
        marginal: false,
        source: 'certificate 7',
        asOf: '2026-10-01',
      })),
    });
  });

  test('holds in its region, while the others keep the published figures', () => {
    const one = GridIntensity.custom({ ...own, region: 'us-west-2', marginal: true });
    expect(one.band('us-west-2')).toMatchObject({ typical: 20, figures: [{ marginal: true }, {}, {}] });
    expect(one.band('us-east-1')).toEqual(GridIntensity.published().band('us-east-1'));
    expect(one.band('nowhere-1')).toBeUndefined();
  });

  test.each([
    { low: 2, typical: 1, high: 3 },
    { low: -1, typical: 1, high: 3 },
    { low: 1, typical: 2, high: Number.POSITIVE_INFINITY },
    { low: 1, typical: 2, high: Lazy.number({ produce: () => 3 }) },
  ])('of %o is refused', (gramsPerKwh) => {
    const [problem] = problemsOf(() => GridIntensity.custom({ ...own, gramsPerKwh }));
    expect(problem.what).toBe('gramsPerKwh');
    expect(problem.got).not.toMatch(/e\+/);
  });
});
