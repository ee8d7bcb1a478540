import OpenAI from 'openai';
import { afterEach } from 'vitest';
import { InferenceServer } from '../../../server/inference-server';
import { ServerOptions } from '../../../server/options';
import { metricSample } from './metric-sample';
import { ScriptedEngine, ScriptedEngineOptions } from './scripted-engine';

export interface RunningServer {
  readonly url: string;
  readonly server: InferenceServer;
  readonly engine: ScriptedEngine;
  /** The official client. It tries nothing twice. */
  readonly client: OpenAI;
  /** What the server reported as its own fault. */
  readonly errors: unknown[];
  readonly post: (path: string, body: unknown, init?: RequestInit) => Promise<Response>;
  readonly metric: (name: string) => Promise<number>;
}

/** Starts servers on free ports, and ends them after each test. */
export function useServer(): (engine?: ScriptedEngineOptions, options?: ServerOptions) => Promise<RunningServer> {
  const running: InferenceServer[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.drain()));
  });
  return async (engineOptions = {}, options = {}) => {
    const errors: unknown[] = [];
    const server = new InferenceServer({
      port: 0,
      drainSeconds: 1,
      onError: (error) => errors.push(error),
      ...options,
    });
    running.push(server);
    const engine = new ScriptedEngine(engineOptions);
    const url = await server.listen();
    server.serve(engine);
    const [apiKey = 'none'] = options.apiKeys ?? [];
    const client = new OpenAI({ apiKey, baseURL: `${url}/v1`, maxRetries: 0 });
    const post = (path: string, body: unknown, init: RequestInit = {}): Promise<Response> =>
      fetch(url + path, {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...init,
        headers: { 'content-type': 'application/json', ...init.headers },
      });
    const metric = async (name: string): Promise<number> => {
      const page = await (await fetch(`${url}/metrics`)).text();
      return metricSample(page, name);
    };
    return { url, server, engine, client, errors, post, metric };
  };
}
