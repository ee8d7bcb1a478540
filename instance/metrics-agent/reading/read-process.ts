import { isRefusal, readMetricPage } from '../../common/read-metric-page';
import { readServerPage, ServerPage } from './server-reading';

const REQUEST_MILLISECONDS = 5_000;

/** What was seen of a process. */
export type ProcessView =
  | ({ readonly kind: 'read' } & ServerPage)
  /** Nothing listens: a process that is not there has no requests. */
  | { readonly kind: 'absent' }
  /** It is there, and does not say what it does. */
  | { readonly kind: 'unknown'; readonly error: unknown };

/** Reads the metrics page of a process. Never throws. */
export async function readProcess(url: string, milliseconds: number = REQUEST_MILLISECONDS): Promise<ProcessView> {
  try {
    return { kind: 'read', ...readServerPage(await readMetricPage(url, milliseconds)) };
  } catch (error) {
    return isRefusal(error) ? { kind: 'absent' } : { kind: 'unknown', error };
  }
}
