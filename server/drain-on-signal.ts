import { InferenceServer } from './inference-server';

/**
 * Drains a server when the process is told to end. SIGTERM may come again, from each of those that supervise it, and changes
 * nothing then; a second SIGINT, by Ctrl-C, ends the process at once.
 *
 * @returns settles when it has drained
 */
export function drainOnSignal(server: InferenceServer, process: NodeJS.Process): Promise<void> {
  return new Promise((resolve, reject) => {
    const drain = (): void => void server.drain().then(resolve, reject);
    process.on('SIGTERM', drain);
    process.once('SIGINT', drain);
  });
}
