import { describe, expect, test } from 'vitest';
import { distributionOf } from '../../../instance/metrics-agent/publishing/distribution';
import { Histogram } from '../../../instance/metrics-agent/reading/histogram';
import { SeededRandom } from '../support/seeded-random';

const EDGES = [0.001, 0.01, 0.1, 1, 10, 100];

function histogramOf(observations: readonly number[]): Histogram {
  const buckets = Object.fromEntries([...EDGES.map(String), '+Inf'].map((edge) => [edge, 0]));
  for (const value of observations) {
    buckets[String(EDGES.find((edge) => value <= edge) ?? '+Inf')] += 1;
  }
  return { sum: observations.reduce((sum, value) => sum + value, 0), buckets };
}

/** The bucket of a value that may lie on the lower edge of its bucket. */
function bucketsAround(value: number): number[] {
  const above = EDGES.findIndex((edge) => value <= edge * (1 + 1e-12));
  const index = above === -1 ? EDGES.length : above;
  return EDGES[index] !== undefined && value >= EDGES[index] * (1 - 1e-12) ? [index, index + 1] : [index];
}

describe('the distribution of a histogram', () => {
  test('is nothing when nothing was observed', () => {
    expect(distributionOf(histogramOf([]))).toBeUndefined();
  });

  test('adds up to what was observed, each value in its bucket', () => {
    const random = new SeededRandom(8);
    for (let run = 0; run < 2_000; run += 1) {
      const spread = random.next() * 8 - 4;
      const observations = Array.from({ length: 1 + Math.floor(random.next() * 40) }, () =>
        Math.exp(spread + random.next() * random.next() * 8),
      );
      const histogram = histogramOf(observations);
      const { values, counts } = distributionOf(histogram)!;
      const total = values.reduce((sum, value, index) => sum + value * counts[index], 0);
      expect(total / histogram.sum).toBeCloseTo(1, 9);
      const filled = [...EDGES.map(String), '+Inf']
        .map((edge, index) => ({ count: histogram.buckets[edge], index }))
        .filter(({ count }) => count > 0);
      expect(counts).toEqual(filled.map(({ count }) => count));
      filled.forEach(({ index }, at) => expect(bucketsAround(values[at])).toContain(index));
    }
  });

  test('by hand: two in one bucket, one in another', () => {
    // 0.02 and 0.04 in (0.01, 0.1], 0.5 in (0.1, 1]: the share is (0.56 - 0.12) / (0.18 + 0.9).
    const { values, counts } = distributionOf(histogramOf([0.02, 0.04, 0.5]))!;
    const share = 0.44 / 1.08;
    expect(values).toEqual([expect.closeTo(0.01 + share * 0.09, 12), expect.closeTo(0.1 + share * 0.9, 12)]);
    expect(counts).toEqual([2, 1]);
  });
});
