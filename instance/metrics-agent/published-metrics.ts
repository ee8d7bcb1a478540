/** What instances publish under, as the constructs read it. */
export const NAMESPACE = 'GravitonFleet';
export const DIMENSION = 'Fleet';

/** The tag with the value of the dimension. */
export const FLEET_TAG = 'graviton-fleet:fleet';

/** Counters of the server by the metrics in which the increase of each is published. */
export const COUNTERS = {
  PromptTokens: 'graviton_prompt_tokens_total',
  GeneratedTokens: 'graviton_generated_tokens_total',
} as const;

/** Histograms of seconds. */
export const HISTOGRAMS = {
  TimeToFirstToken: 'graviton_time_to_first_token_seconds',
  TimePerOutputToken: 'graviton_time_per_output_token_seconds',
} as const;

/** Gauges, of which the sum over all processes is published. */
export const GAUGES = {
  RequestsInFlight: 'graviton_requests_in_flight',
  RequestsQueued: 'graviton_requests_queued',
} as const;

/** 1 when a process can take requests, 0 while it loads its model. */
export const LOADED = 'graviton_model_loaded';

/** When a process began: that its counters began at zero. */
export const STARTED = 'process_start_time_seconds';

export type CounterMetric = keyof typeof COUNTERS;
export type HistogramMetric = keyof typeof HISTOGRAMS;
export type GaugeMetric = keyof typeof GAUGES;

/** A value for each metric of a kind. */
export function mapMetrics<Metric extends string, Value>(
  metrics: Readonly<Record<Metric, string>>,
  valueOf: (metric: Metric, name: string) => Value,
): Record<Metric, Value> {
  const entries = Object.entries<string>(metrics) as [Metric, string][];
  return Object.fromEntries(entries.map(([metric, name]) => [metric, valueOf(metric, name)])) as Record<Metric, Value>;
}
