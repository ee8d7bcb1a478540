import { InferenceServer } from './inference-server';

/** Drains a server when the process is told to end. @returns settles when it has drained */
export function drainOnSignal(server: InferenceServer, process: NodeJS.Process): Promise<void> {
  return new Promise((resolve, reject) => {
    const drain = (): void => void server.drain().then(resolve, reject);
    process.once('SIGTERM', drain);
    process.once('SIGINT', drain);
  });
}
