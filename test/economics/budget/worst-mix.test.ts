import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { WeighedFigure, WorstMix } from '../../../lib/economics/budget/private/bounds/worst-mix';

/** The greatest sum by trying every mix. */
function byTrying(types: readonly WeighedFigure[], units: number): number {
  const [first, ...rest] = types;
  if (first === undefined) {
    return 0;
  }
  const counts = Array.from({ length: Math.floor(units / first.weight) + 1 }, (_, count) => count);
  return Math.max(...counts.map((count) => count * first.figure + byTrying(rest, units - count * first.weight)));
}

/** The greatest sum by the textbook's table of every size, without any short cut. */
function byTable(types: readonly WeighedFigure[], units: number): number {
  const sums = [0];
  for (let size = 1; size <= units; size += 1) {
    const candidates = types.filter(({ weight }) => weight <= size);
    sums.push(Math.max(sums[size - 1], ...candidates.map(({ weight, figure }) => sums[size - weight] + figure)));
  }
  return sums[units];
}

function anyTypes(heaviest: number): fc.Arbitrary<WeighedFigure[]> {
  const figure = fc.oneof(fc.integer({ min: 0, max: 500 }), fc.double({ min: 0, max: 500, noNaN: true }));
  const type = fc.record({ weight: fc.integer({ min: 1, max: heaviest }), figure });
  return fc
    .array(type, { minLength: 1, maxLength: 4 })
    .map((types) => types.map((each, index) => ({ ...each, instanceType: `type${index}` })));
}

test('no mix of few units is worse', () => {
  fc.assert(
    fc.property(anyTypes(9), fc.nat(24), (types, units) => {
      expect(new WorstMix(types).greatest(units)).toBeCloseTo(byTrying(types, units), 6);
    }),
    { numRuns: 300 },
  );
});

test('beyond its table it is still exact', () => {
  fc.assert(
    fc.property(anyTypes(12), fc.integer({ min: 0, max: 3000 }), (types, units) => {
      expect(new WorstMix(types).greatest(units)).toBeCloseTo(byTable(types, units), 6);
    }),
    { numRuns: 300 },
  );
});

test('the largest weights and a size that no group has are worked out in a moment', () => {
  const types = [999, 998, 997, 613].map((weight) => ({
    instanceType: `w${weight}`,
    weight,
    figure: weight * 0.3 + 1,
  }));
  const start = performance.now();
  expect(new WorstMix(types).greatest(2 ** 30)).toBeGreaterThan(0.3 * 2 ** 30);
  expect(performance.now() - start).toBeLessThan(5000);
});

test('a large instance that does not fit gives way to small ones', () => {
  const mix = new WorstMix([
    { instanceType: 'small', weight: 4, figure: 10 },
    { instanceType: 'large', weight: 12, figure: 36 },
  ]);
  // 11 units: two small ones; 12: one large one; 16: one of each; 19: nothing more fits.
  expect([11, 12, 16, 19].map((units) => mix.greatest(units))).toEqual([20, 36, 46, 46]);
});
