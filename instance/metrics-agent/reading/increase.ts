import { CounterMetric, COUNTERS, HistogramMetric, HISTOGRAMS, mapMetrics } from '../published-metrics';
import { addHistograms, Histogram, NO_OBSERVATIONS, subtractHistograms } from './histogram';
import { ServerReading } from './server-reading';

/** What was counted between two readings. */
export interface Increase {
  readonly counters: Readonly<Record<CounterMetric, number>>;
  readonly histograms: Readonly<Record<HistogramMetric, Histogram>>;
}

export const NO_INCREASE: Increase = {
  counters: mapMetrics(COUNTERS, () => 0),
  histograms: mapMetrics(HISTOGRAMS, () => NO_OBSERVATIONS),
};

/** @param before of the same port; a process that has begun since then has counted from zero */
export function increaseOf(before: ServerReading | undefined, now: ServerReading): Increase {
  const earlier: Increase = before === undefined || hasRestarted(before, now) ? NO_INCREASE : before;
  return {
    counters: mapMetrics(COUNTERS, (metric) => now.counters[metric] - earlier.counters[metric]),
    histograms: mapMetrics(HISTOGRAMS, (metric) =>
      subtractHistograms(now.histograms[metric], earlier.histograms[metric]),
    ),
  };
}

export function addIncreases(one: Increase, other: Increase): Increase {
  return {
    counters: mapMetrics(COUNTERS, (metric) => one.counters[metric] + other.counters[metric]),
    histograms: mapMetrics(HISTOGRAMS, (metric) => addHistograms(one.histograms[metric], other.histograms[metric])),
  };
}

function hasRestarted(before: ServerReading, now: ServerReading): boolean {
  return before.startedAt !== now.startedAt;
}
