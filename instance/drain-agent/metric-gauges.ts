import { InFlight } from './in-flight';

const REQUEST_MILLISECONDS = 2_000;

/** Sums gauges of a Prometheus metrics page, such as `llamacpp:requests_processing` and `llamacpp:requests_deferred`. */
export class MetricGauges implements InFlight {
  public constructor(
    private readonly url: string,
    private readonly names: readonly string[],
  ) {}

  public async count(): Promise<number> {
    const response = await fetch(this.url, { signal: AbortSignal.timeout(REQUEST_MILLISECONDS) });
    if (!response.ok) {
      throw new Error(`GET ${this.url}: HTTP status ${response.status}`);
    }
    return sumOfGauges(await response.text(), this.names);
  }
}

/**
 * Adds the values of every sample of the named gauges, whatever its labels.
 *
 * @throws Error when one of them is not on the page: then nothing is known of what is in flight
 */
export function sumOfGauges(page: string, names: readonly string[]): number {
  const values = names.map((name) => {
    const samples = page.split('\n').flatMap((line) => valueOf(line, name));
    if (samples.length === 0) {
      throw new Error(`the metrics page has no ${name}`);
    }
    return samples;
  });
  return values.flat().reduce((sum, value) => sum + value, 0);
}

/** A sample is `name value`, `name{labels} value`, either with a time stamp behind it. */
function valueOf(line: string, name: string): number[] {
  if (!line.startsWith(name)) {
    return [];
  }
  const rest = line.slice(name.length);
  const match = /^(?:\{.*\})?\s+(\S+)(?:\s+-?\d+)?\s*$/.exec(rest);
  const value = Number(match?.[1]);
  return match && Number.isFinite(value) ? [value] : [];
}
