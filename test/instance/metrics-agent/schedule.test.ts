import { describe, expect, test } from 'vitest';
import { offsetOf, untilNext } from '../../../instance/metrics-agent/schedule';

const MINUTE = 60_000;

describe('instances publish', () => {
  test('once in each minute, also when the timer comes early or late', () => {
    const offset = 7_000;
    let now = 3 * MINUTE + 50_000;
    let last = -Infinity;
    const minutes: number[] = [];
    for (const error of [0, -1, 3, 20_000, -1, 0]) {
      now += untilNext(now, offset, last) + error;
      last = Math.floor(now / MINUTE) * MINUTE;
      minutes.push(last / MINUTE);
    }
    expect(minutes).toEqual([4, 5, 6, 7, 8, 9]);
  });

  test('within two minutes of a clock that was set back', () => {
    expect(untilNext(10 * MINUTE, 7_000, 500 * MINUTE)).toBe(2 * MINUTE);
  });

  test('spread over the minute, each at its own time', () => {
    const offsets = Array.from({ length: 1_000 }, (_, index) => offsetOf(`i-${index}`));
    expect(offsetOf('i-7')).toBe(offsets[7]);
    expect(Math.min(...offsets)).toBeGreaterThanOrEqual(5_000);
    expect(Math.max(...offsets)).toBeLessThan(50_000);
    const perFiveSeconds = Array.from(
      { length: 9 },
      (_, index) => offsets.filter((offset) => Math.floor(offset / 5_000) === index + 1).length,
    );
    expect(Math.max(...perFiveSeconds)).toBeLessThan(160);
  });
});
