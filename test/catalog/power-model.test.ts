import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Estimate, InstanceCatalog, PowerCurve, PowerKind, PowerModel } from '../../lib/catalog';
import { FleetConfigError } from '../../lib/validation';

const model = PowerModel.published();
const covered = InstanceCatalog.all().filter((facts) => model.band(facts.instanceType) !== undefined);
const anyCovered = fc.constantFrom(...covered.map((facts) => facts.instanceType));
const share = fc.double({ min: 0, max: 1, noNaN: true });

function expectEstimate(estimate: Estimate, low: number, typical: number, high: number) {
  expect(estimate.low).toBeCloseTo(low, 6);
  expect(estimate.typical).toBeCloseTo(typical, 6);
  expect(estimate.high).toBeCloseTo(high, 6);
}

describe('published model', () => {
  test.each([
    ['m6g.16xlarge', [40, 89.5, 121], [123, 229, 336]],
    ['m7g.16xlarge', [80, 106, 132], [158, 276.5, 395]],
    ['m8g.16xlarge', [97, 112.5, 128], [175, 271.5, 368]],
    ['m7i.16xlarge', [54, 133, 137], [238, 332, 445]],
    ['m8i.16xlarge', [41, 109, 123], [181, 233, 323]],
    ['m7a.16xlarge', [36, 108, 126], [201, 207, 350]],
    ['m9g.16xlarge', [64 * 0.6, 114, 64 * 1.9], [64 * 1.9, 192, 64 * 4.5]],
    ['m9g.4xlarge', [16 * 0.6, 114 / 4, 16 * 1.9], [16 * 1.9, 48, 16 * 4.5]],
  ])('%s has the collected figures', (instanceType, idle, fullLoad) => {
    const band = model.band(instanceType)!;
    expectEstimate(band.idle, idle[0], idle[1], idle[2]);
    expectEstimate(band.fullLoad, fullLoad[0], fullLoad[1], fullLoad[2]);
    expect(band.modelName).toBe('Public models, 2026-11-22');
  });

  test('Graviton5 is a proxy, older generations a spread', () => {
    expect(model.band('c9g.large')!.kind).toBe(PowerKind.PROXY);
    expect(model.band('c9g.large')!.source).toContain('Arm AGI CPU');
    expect(model.band('m8g.large')!.kind).toBe(PowerKind.MODEL_SPREAD);
  });

  test('memory above 4 GiB per vCPU is added, below it is taken out', () => {
    expectEstimate(model.band('r9g.large')!.idle, 2 * 0.6 + 8 * 0.284, (2 * 114) / 64 + 8 * 0.338, 2 * 1.9 + 8 * 0.392);
    expectEstimate(model.band('c9g.large')!.idle, 2 * 0.6, (2 * 114) / 64 - 4 * 0.392, 2 * 1.9 - 4 * 0.284);
    const [ccf, boavizta] = [(2 * 97) / 64 - 4 * 0.392, (2 * 128) / 64 - 4 * 0.284];
    expectEstimate(model.band('c8g.large')!.idle, ccf, (ccf + boavizta) / 2, boavizta);
  });

  test.each(['m8a.large', 'c7gn.large', 'hpc7g.4xlarge', 't4g.micro', 'g5g.xlarge', 'i8g.large', 'm99g.large', 'x'])(
    '%s is not covered',
    (instanceType) => {
      expect(model.band(instanceType)).toBeUndefined();
      expect(model.watts(instanceType, 0.5)).toBeUndefined();
    },
  );

  test('every band is ordered and above zero', () => {
    expect(covered.length).toBeGreaterThan(300);
    for (const facts of covered) {
      const { idle, fullLoad } = model.band(facts.instanceType)!;
      for (const { low, typical, high } of [idle, fullLoad]) {
        expect(low).toBeGreaterThan(0);
        expect(typical).toBeGreaterThanOrEqual(low);
        expect(high).toBeGreaterThanOrEqual(typical);
      }
      for (const end of ['low', 'typical', 'high'] as const) {
        expect(fullLoad[end]).toBeGreaterThan(idle[end]);
      }
    }
  });

  test('watts grow with the load, and stay a band', () => {
    fc.assert(
      fc.property(anyCovered, share, share, (instanceType, one, other) => {
        const less = model.watts(instanceType, Math.min(one, other))!;
        const more = model.watts(instanceType, Math.max(one, other))!;
        for (const end of ['low', 'typical', 'high'] as const) {
          expect(more[end]).toBeGreaterThanOrEqual(less[end]);
        }
        expect(less.low).toBeLessThanOrEqual(less.typical);
        expect(less.typical).toBeLessThanOrEqual(less.high);
      }),
      { numRuns: 200 },
    );
  });

  test('watts meet the band at both ends', () => {
    const band = model.band('m9g.4xlarge')!;
    expect(model.watts('m9g.4xlarge', 0)).toEqual(band.idle);
    expectEstimate(model.watts('m9g.4xlarge', 1)!, band.fullLoad.low, band.fullLoad.typical, band.fullLoad.high);
    expect(model.watts('m9g.4xlarge', 0.5)!.typical).toBeCloseTo((28.5 + 48) / 2, 10);
  });

  test.each([-0.1, 1.01, 55, Number.NaN])('a load of %d is refused', (utilization) => {
    expect(() => model.watts('m9g.large', utilization)).toThrow(FleetConfigError);
    expect(() => model.watts('m9g.large', utilization)).toThrow(/divide a percentage/);
  });
});

describe('custom model', () => {
  const flat = (watts: number) => ({ low: watts, typical: watts, high: watts });
  const calibrated = PowerModel.custom({
    name: 'Bench of 2026-11',
    coefficients: {
      m9g: {
        idleWattsPerVcpu: flat(1),
        fullLoadWattsPerVcpu: { low: 2, typical: 3, high: 4 },
        memoryWattsPerGib: flat(0.25),
      },
      'm9g.48xlarge': { idleWattsPerVcpu: flat(2), fullLoadWattsPerVcpu: flat(3) },
    },
    source: 'wall meter',
    asOf: '2026-11-20',
  });

  test('P(u) = vCPU x (idle + (fullLoad - idle) x u) + GiB x memory', () => {
    expect(calibrated.watts('m9g.4xlarge', 0.5)).toEqual({ low: 24 + 16, typical: 32 + 16, high: 40 + 16 });
    expect(calibrated.watts('m9g.48xlarge', 1)).toEqual(flat(576));
    expect(calibrated.band('m9g.4xlarge')).toMatchObject({
      kind: PowerKind.USER_CALIBRATED,
      modelName: 'Bench of 2026-11',
      source: 'wall meter',
      asOf: '2026-11-20',
    });
    expect(calibrated.band('c9g.large')).toBeUndefined();
  });

  test('coefficients are checked all at once', () => {
    const wrong = () =>
      PowerModel.custom({
        name: 'x',
        coefficients: {
          m9q: { idleWattsPerVcpu: flat(1), fullLoadWattsPerVcpu: flat(2) },
          m9g: { idleWattsPerVcpu: { low: 2, typical: 1, high: 3 }, fullLoadWattsPerVcpu: flat(2.5) },
          c9g: { idleWattsPerVcpu: flat(-1), fullLoadWattsPerVcpu: flat(Number.POSITIVE_INFINITY) },
        },
        source: 'x',
        asOf: '2026',
      });
    expect(wrong).toThrow(FleetConfigError);
    expect(wrong).toThrow(/5 problems/);
    expect(() => PowerModel.custom({ name: 'x', coefficients: {}, source: 'x', asOf: '2026' })).toThrow(/no coeff/);
  });
});

describe('the curve between idle and full load', () => {
  test.each([
    [PowerCurve.LINEAR, 0, 0],
    [PowerCurve.LINEAR, 0.25, 0.25],
    [PowerCurve.LINEAR, 1, 1],
    [PowerCurve.CONCAVE, 0, 0],
    // Halfway to (0.32 - 0.12) / (1.02 - 0.12).
    [PowerCurve.CONCAVE, 0.05, 0.1 / 0.9],
    [PowerCurve.CONCAVE, 0.1, 0.2 / 0.9],
    // Halfway between 0.32 and 0.75 of the design power: 0.535.
    [PowerCurve.CONCAVE, 0.3, (0.535 - 0.12) / 0.9],
    [PowerCurve.CONCAVE, 0.5, 0.7],
    [PowerCurve.CONCAVE, 0.75, 0.85],
    [PowerCurve.CONCAVE, 1, 1],
  ])('$name at %d is %d of the way', (curve, utilization, share) => {
    expect(curve.share(utilization)).toBeCloseTo(share, 12);
  });

  test('is not one for both: concave lies above linear between the ends', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), (utilization) => {
        expect(PowerCurve.CONCAVE.share(utilization)).toBeGreaterThan(PowerCurve.LINEAR.share(utilization));
      }),
    );
  });

  test('is the one that the model has, and leaves idle and full load as they are', () => {
    const concave = PowerModel.published({ curve: PowerCurve.CONCAVE });
    expect(concave.watts('m9g.4xlarge', 0.5)!.typical).toBeCloseTo(28.5 + 0.7 * (48 - 28.5), 10);
    for (const utilization of [0, 1]) {
      expect(concave.watts('m9g.4xlarge', utilization)).toEqual(model.watts('m9g.4xlarge', utilization));
    }
    expect([model.curve, concave.curve]).toEqual([PowerCurve.LINEAR, PowerCurve.CONCAVE]);
    expect(concave.band('m9g.4xlarge')!.curve).toBe(PowerCurve.CONCAVE);
  });

  test('of a model of the user is linear unless it says otherwise', () => {
    const flat = (watts: number) => ({ low: watts, typical: watts, high: watts });
    const coefficients = { m9g: { idleWattsPerVcpu: flat(1), fullLoadWattsPerVcpu: flat(3) } };
    const at = (curve?: PowerCurve) =>
      PowerModel.custom({ name: 'x', coefficients, curve, source: 'x', asOf: '2026' }).watts('m9g.medium', 0.5)!
        .typical;
    expect([at(), at(PowerCurve.CONCAVE)]).toEqual([2, expect.closeTo(1 + 2 * 0.7, 10)]);
  });

  test.each([-0.1, 1.01, Number.NaN])('a load of %d is refused', (utilization) => {
    expect(() => PowerCurve.CONCAVE.share(utilization)).toThrow(FleetConfigError);
  });
});
