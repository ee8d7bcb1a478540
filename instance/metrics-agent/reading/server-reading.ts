import { Sample } from '../../common/metric-page';
import {
  CounterMetric,
  COUNTERS,
  GaugeMetric,
  GAUGES,
  HistogramMetric,
  HISTOGRAMS,
  LOADED,
  mapMetrics,
  STARTED,
} from '../published-metrics';
import { edgesOf, Histogram } from './histogram';

/** What one process has counted since it began. */
export interface ServerReading {
  /** Seconds since 1970. */
  readonly startedAt: number;
  readonly counters: Readonly<Record<CounterMetric, number>>;
  readonly histograms: Readonly<Record<HistogramMetric, Histogram>>;
}

/** What is at the moment. */
export type Gauges = Readonly<Record<GaugeMetric, number>>;

/** All of a page. */
export interface ServerPage {
  readonly reading: ServerReading;
  readonly gauges: Gauges;
  /** Whether the process has its model, and so takes requests. */
  readonly isLoaded: boolean;
}

/** @throws Error when the page is not one of the built-in server */
export function readServerPage(samples: readonly Sample[]): ServerPage {
  const single = (name: string): number => {
    const found = samples.find((sample) => sample.name === name);
    if (found === undefined) {
      throw new Error(`the metrics page has no ${name}`);
    }
    return found.value;
  };
  const startedAt = single(STARTED);
  const counters = mapMetrics(COUNTERS, (_metric, name) => single(name));
  const histograms = mapMetrics(HISTOGRAMS, (_metric, name) => histogramOf(name, samples, single(`${name}_sum`)));
  const gauges = mapMetrics(GAUGES, (_metric, name) => single(name));
  return { reading: { startedAt, counters, histograms }, gauges, isLoaded: single(LOADED) === 1 };
}

/** On the page each bucket has the observations of those below it as well. */
function histogramOf(name: string, samples: readonly Sample[], sum: number): Histogram {
  const ours = samples.filter((sample) => sample.name === `${name}_bucket`);
  const cumulative = new Map(ours.map(({ labels, value }) => [labels.le, value]));
  const edges = edgesOf([...cumulative.keys()]);
  const counts = edges.map((edge, index) => [
    edge,
    cumulative.get(edge)! - (index === 0 ? 0 : cumulative.get(edges[index - 1])!),
  ]);
  return { sum, buckets: Object.fromEntries(counts) as Record<string, number> };
}
