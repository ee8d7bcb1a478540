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
    const response = await fetch(url, { signal: AbortSignal.timeout(milliseconds) });
    if (!response.ok) {
      throw new Error(`GET ${url}: HTTP status ${response.status}`);
    }
    return { kind: 'read', ...readServerPage(await response.text()) };
  } catch (error) {
    const { cause } = error as { cause?: NodeJS.ErrnoException };
    return cause?.code === 'ECONNREFUSED' ? { kind: 'absent' } : { kind: 'unknown', error };
  }
}
