import { Sample, samplesOf } from './metric-page';

/**
 * Reads the metrics page of a process.
 *
 * @param milliseconds that it may take
 * @throws Error when it does not answer with one; see `isRefusal`
 */
export async function readMetricPage(url: string, milliseconds: number): Promise<Sample[]> {
  const response = await fetch(url, { signal: AbortSignal.timeout(milliseconds) });
  if (!response.ok) {
    throw new Error(`GET ${url}: HTTP status ${response.status}`);
  }
  return samplesOf(await response.text());
}

/** Whether nobody listens there. `fetch` wraps what the connection failed by. */
export function isRefusal(error: unknown): boolean {
  const { cause } = error as { readonly cause?: NodeJS.ErrnoException };
  return cause?.code === 'ECONNREFUSED';
}
