import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FleetRollout } from '../../../lib';

test('any minHealthyPercentage alone is accepted, with a maximum that Auto Scaling takes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100 }), (minHealthyPercentage) => {
      const { maxHealthyPercentage } = FleetRollout.rolling({ minHealthyPercentage })._refresh;
      expect(maxHealthyPercentage).toBeGreaterThanOrEqual(100);
      expect(maxHealthyPercentage! - minHealthyPercentage).toBeLessThanOrEqual(100);
    }),
  );
});

test('nothing is taken out of service before its replacement is healthy', () => {
  expect(FleetRollout.canary()._refresh).toMatchObject({ minHealthyPercentage: 100, maxHealthyPercentage: 110 });
});
