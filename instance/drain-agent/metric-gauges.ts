import { Sample } from '../common/metric-page';
import { readMetricPage } from '../common/read-metric-page';
import { InFlight } from './in-flight';

const REQUEST_MILLISECONDS = 2_000;

/** Sums gauges of a Prometheus metrics page, such as `llamacpp:requests_processing` and `llamacpp:requests_deferred`. */
export class MetricGauges implements InFlight {
  public constructor(
    private readonly url: string,
    private readonly names: readonly string[],
  ) {}

  public async count(): Promise<number> {
    return sumOfGauges(await readMetricPage(this.url, REQUEST_MILLISECONDS), this.names);
  }
}

/**
 * Adds the values of every sample of the named gauges, whatever its labels.
 *
 * @throws Error when one of them is not on the page: then nothing is known of what is in flight
 */
export function sumOfGauges(samples: readonly Sample[], names: readonly string[]): number {
  const values = names.flatMap((name) => {
    const found = samples.filter((sample) => sample.name === name && Number.isFinite(sample.value));
    if (found.length === 0) {
      throw new Error(`the metrics page has no ${name}`);
    }
    return found.map(({ value }) => value);
  });
  return values.reduce((sum, value) => sum + value, 0);
}
