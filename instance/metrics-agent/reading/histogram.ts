/** Observations of seconds. JSON has no infinity, so that the edges of buckets are texts, as on the metrics page. */
export interface Histogram {
  readonly sum: number;
  /** Observations by the upper edge of their bucket: each in one bucket. */
  readonly buckets: Readonly<Record<string, number>>;
}

export const NO_OBSERVATIONS: Histogram = { sum: 0, buckets: {} };

/** The edges of buckets in ascending order. */
export function edgesOf(edges: readonly string[]): string[] {
  return [...edges].sort((one, other) => edgeOf(one) - edgeOf(other));
}

export function edgeOf(text: string): number {
  return text === '+Inf' ? Infinity : Number(text);
}

/** What both have observed. */
export function addHistograms(one: Histogram, other: Histogram): Histogram {
  return combine(one, other, 1);
}

/** What the later has observed and the earlier has not. */
export function subtractHistograms(later: Histogram, earlier: Histogram): Histogram {
  return combine(later, earlier, -1);
}

export function countOf({ buckets }: Histogram): number {
  return Object.values(buckets).reduce((sum, count) => sum + count, 0);
}

function combine(one: Histogram, other: Histogram, sign: number): Histogram {
  const edges = new Set([...Object.keys(one.buckets), ...Object.keys(other.buckets)]);
  const buckets = [...edges].map((edge) => [edge, (one.buckets[edge] ?? 0) + sign * (other.buckets[edge] ?? 0)]);
  return { sum: one.sum + sign * other.sum, buckets: Object.fromEntries(buckets) as Record<string, number> };
}
