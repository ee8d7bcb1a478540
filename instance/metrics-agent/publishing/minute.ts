import { MetricDatum } from '@aws-sdk/client-cloudwatch';
import {
  COUNTERS,
  CounterMetric,
  DIMENSION,
  GaugeMetric,
  GAUGES,
  HistogramMetric,
  HISTOGRAMS,
} from '../published-metrics';
import { Increase } from '../reading/increase';
import { Gauges } from '../reading/server-reading';
import { distributionOf } from './distribution';

/** What one instance publishes of one minute. */
export interface Minute {
  /** When it began, milliseconds since 1970. */
  readonly at: number;
  readonly increase: Increase;
  /** Nothing when they are not known, or the instance takes no requests. */
  readonly gauges?: Gauges;
}

export function minuteOf(time: number): number {
  return Math.floor(time / 60_000) * 60_000;
}

/** Sums and gauges also when they are 0: scaling in waits for that. Times only of what has ended. */
export function dataOf({ at, increase, gauges }: Minute, fleet: string): MetricDatum[] {
  const common = {
    Timestamp: new Date(at),
    StorageResolution: 60,
    Dimensions: [{ Name: DIMENSION, Value: fleet }],
  };
  const count = (metric: string, value: number): MetricDatum => ({
    ...common,
    MetricName: metric,
    Unit: 'Count',
    Value: value,
  });
  const counters = (Object.keys(COUNTERS) as CounterMetric[]).map((metric) => count(metric, increase.counters[metric]));
  const times = (Object.keys(HISTOGRAMS) as HistogramMetric[]).flatMap((metric): MetricDatum[] => {
    const distribution = distributionOf(increase.histograms[metric]);
    return distribution
      ? [
          {
            ...common,
            MetricName: metric,
            Unit: 'Seconds',
            Values: [...distribution.values],
            Counts: [...distribution.counts],
          },
        ]
      : [];
  });
  const requests = gauges ? (Object.keys(GAUGES) as GaugeMetric[]).map((metric) => count(metric, gauges[metric])) : [];
  return [...counters, ...times, ...requests];
}
