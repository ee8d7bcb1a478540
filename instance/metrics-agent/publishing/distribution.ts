import { countOf, edgeOf, edgesOf, Histogram } from '../reading/histogram';

/** Values and how often each occurred, as PutMetricData takes them. */
export interface Distribution {
  readonly values: readonly number[];
  readonly counts: readonly number[];
}

interface Bucket {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/**
 * One value for each bucket with observations, at the same share of the way through each, and that share such that the
 * values add up to the sum that was observed. So Sum, Average and SampleCount in CloudWatch are the true ones, and a
 * percentile, of which a StatisticSet has none, is right to within the bucket it lies in.
 *
 * @returns `undefined` when nothing was observed
 */
export function distributionOf(histogram: Histogram): Distribution | undefined {
  if (countOf(histogram) === 0) {
    return undefined;
  }
  const buckets = bucketsOf(histogram);
  const finite = buckets.filter(({ high }) => high !== Infinity);
  const last = buckets.find(({ high }) => high === Infinity);
  // Nothing says how far the last bucket reaches: it gets what the others leaves when they are filled to the middle.
  const lastValue = last && Math.max(last.low, (histogram.sum - sumAt(finite, 0.5)) / last.count);
  const rest = histogram.sum - (last && lastValue !== undefined ? last.count * lastValue : 0);
  const width = sumAt(finite, 1) - sumAt(finite, 0);
  const share = width === 0 ? 0 : Math.min(1, Math.max(0, (rest - sumAt(finite, 0)) / width));
  return {
    values: [...finite.map((bucket) => valueAt(bucket, share)), ...(lastValue === undefined ? [] : [lastValue])],
    counts: buckets.map(({ count }) => count),
  };
}

function bucketsOf({ buckets }: Histogram): Bucket[] {
  const edges = edgesOf(Object.keys(buckets));
  return edges
    .map((edge, index) => ({
      low: index === 0 ? 0 : edgeOf(edges[index - 1]),
      high: edgeOf(edge),
      count: buckets[edge],
    }))
    .filter(({ count }) => count > 0);
}

function sumAt(buckets: readonly Bucket[], share: number): number {
  return buckets.reduce((sum, bucket) => sum + bucket.count * valueAt(bucket, share), 0);
}

function valueAt({ low, high }: Bucket, share: number): number {
  return low + share * (high - low);
}
