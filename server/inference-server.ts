import { lookup } from 'node:dns/promises';
import { AddressInfo } from 'node:net';
import Fastify, { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Connections } from './connections';
import { Engine } from './engine/engine';
import { ApiError } from './errors/api-error';
import { answerBrokenRequest } from './errors/broken-request';
import { discardBody } from './errors/discard-body';
import { toApiError } from './errors/to-api-error';
import { ServerMetrics } from './metrics/server-metrics';
import { ResolvedServerOptions, resolveServerOptions, ServerOptions } from './options';
import { CLIENT_CLOSED_REQUEST, RequestLife } from './request-life';
import { ChatCompletionRequest, chatCompletionRequestSchema } from './requests/chat-completion-request';
import { CompletionRequest, completionRequestSchema } from './requests/completion-request';
import { EmbeddingRequest, embeddingRequestSchema } from './requests/embedding-request';
import { chatCompletion } from './routes/chat-completions';
import { completion } from './routes/completions';
import { embeddings } from './routes/embeddings';
import { listModels, retrieveModel } from './routes/models';
import { ApiKeys } from './security/api-keys';
import { Serving } from './serving';

/** Seconds after which a client may ask again while the model is loading, or another process has taken over. */
const SOON_SECONDS = 5;

/** Longer than a load balancer keeps an idle connection (60 seconds by default), lest it send into a closed one. */
const KEEP_ALIVE_MILLISECONDS = 75_000;

/** Milliseconds in which a client must have sent its request. */
const RECEIVE_MILLISECONDS = 60_000;

type Handler<Body> = (serving: Serving, body: Body, life: RequestLife, reply: FastifyReply) => unknown;

/** One process that serves a model over HTTP, in the words of OpenAI's API. */
export class InferenceServer {
  private readonly options: ResolvedServerOptions;
  private readonly app: FastifyInstance;
  private readonly connections: Connections;
  private readonly keys: ApiKeys;
  private readonly lives = new Set<RequestLife>();
  private readonly metrics = new ServerMetrics(() => this.serving?.admission);
  private serving?: Serving;
  private drained?: Promise<void>;
  /** The drain took too long: nobody is given an answer any more. */
  private isOverdue = false;

  public constructor(options: ServerOptions = {}) {
    this.options = resolveServerOptions(options);
    this.keys = new ApiKeys(this.options.apiKeys);
    this.app = Fastify({
      bodyLimit: this.options.maxBodyBytes,
      keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
      requestTimeout: RECEIVE_MILLISECONDS,
      forceCloseConnections: 'idle',
      // What comes by a connection that was made in time is served; `Connections` ends them.
      return503OnClosing: false,
      clientErrorHandler: answerBrokenRequest,
      frameworkErrors: (error, request, reply) => void this.refuse(error, request, reply),
      // A body is what its client meant, or is refused: nothing is turned into another type, or dropped.
      ajv: {
        customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, allowUnionTypes: true },
      },
    });
    this.connections = new Connections(this.app.server);
    this.addErrorHandlers();
    this.addHealthRoutes();
    void this.app.register((routes, _options, done) => {
      this.addApiRoutes(routes);
      done();
    });
    // Fastify's onResponse is silent about clients that went away.
    this.app.addHook('onRequest', (request, reply, done) => {
      reply.raw.once('close', () => this.count(request, reply));
      done();
    });
  }

  /**
   * Listens. Until `serve` is called only `/health/live` and `/metrics` answer.
   *
   * @returns the URL
   */
  public async listen(): Promise<string> {
    // Fastify listens on every address of "localhost", and tells nobody of the connections of the second and after.
    const { address: host } = await lookup(this.options.host, { verbatim: false });
    await this.app.listen({ host, port: this.options.port });
    const { address, port, family } = this.app.server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  /** Serves with an engine, whose model is warm. A model whose chat template cannot be read takes no chats. */
  public serve(engine: Engine): void {
    this.serving = new Serving(engine, this.metrics, this.options);
    const { problem } = this.serving.chatPrompt;
    if (problem !== undefined) {
      this.options.onWarning(`the model takes no chats, for its chat template cannot be read: ${problem}`);
    }
  }

  /**
   * Takes other API keys than before, from the next request on.
   *
   * @throws Error for none
   */
  public replaceApiKeys(keys: readonly string[]): void {
    this.keys.replace(keys);
  }

  /**
   * Takes no more connections, finishes what comes by those that it has, and closes. After `drainSeconds` what is left is
   * ended with an error.
   * A second call waits for the same end.
   */
  public drain(): Promise<void> {
    this.drained ??= this.finish();
    return this.drained;
  }

  private async finish(): Promise<void> {
    const endAll = (): void => {
      this.isOverdue = true;
      this.lives.forEach((life) => life.end(stops()));
    };
    const deadline = setTimeout(endAll, this.options.drainSeconds * 1000);
    this.connections.closeWhenIdle();
    try {
      await this.connections.stopListening();
      await this.app.close();
    } finally {
      clearTimeout(deadline);
      this.serving?.stallWatch.end();
    }
  }

  private addErrorHandlers(): void {
    this.app.setErrorHandler((error, request, reply) => this.refuse(error, request, reply));
    this.app.setNotFoundHandler((request, reply) => {
      const message = `There is no ${request.method} ${request.url.split('?', 1)[0]}.`;
      const { status, body } = new ApiError(message, { status: 404, type: 'invalid_request_error' });
      return reply.status(status).send(body);
    });
  }

  private async refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { status, headers, body } = toApiError(error, this.options.onError);
    if (!request.raw.complete) {
      await discardBody(request.raw);
    }
    await reply.status(status).headers(headers).send(body);
  }

  private addHealthRoutes(): void {
    this.app.get('/health/live', (_request, reply) =>
      this.isStalled() ? reply.status(503).send({ status: 'stalled' }) : { status: 'live' },
    );
    this.app.get('/health/ready', (_request, reply) => {
      const status = this.status();
      return reply.status(status === 'ready' ? 200 : 503).send({ status });
    });
    this.app.get('/metrics', async (_request, reply) =>
      reply.type(this.metrics.contentType).send(await this.metrics.page()),
    );
  }

  private status(): string {
    if (this.drained) {
      return 'draining';
    }
    return this.isStalled() ? 'stalled' : this.serving ? 'ready' : 'loading';
  }

  private isStalled(): boolean {
    return this.serving?.stallWatch.isStalled ?? false;
  }

  private addApiRoutes(routes: FastifyInstance): void {
    // Before the body is read: who may not ask, or asks in vain, costs nothing.
    routes.addHook('onRequest', (request, _reply, done) => {
      this.keys.check(request.headers.authorization);
      this.current();
      done();
    });
    routes.get('/v1/models', () => listModels(this.current().engine.model));
    routes.get<{ Params: { '*': string } }>('/v1/models/*', ({ params }) =>
      retrieveModel(this.current().engine.model, params['*']),
    );
    this.post<CompletionRequest>(routes, '/v1/completions', completionRequestSchema, completion);
    this.post<ChatCompletionRequest>(routes, '/v1/chat/completions', chatCompletionRequestSchema, chatCompletion);
    this.post<EmbeddingRequest>(routes, '/v1/embeddings', embeddingRequestSchema, embeddings);
  }

  private post<Body>(routes: FastifyInstance, url: string, body: object, handler: Handler<Body>): void {
    routes.post(url, { schema: { body } }, (request, reply) => {
      const life = new RequestLife(reply, this.options.requestSeconds);
      this.lives.add(life);
      reply.raw.once('close', () => this.lives.delete(life));
      // The schema has just said so.
      return handler(this.current(), request.body as Body, life, reply);
    });
  }

  /** @throws ApiError 503 while the model is loading, and once the server has drained for too long */
  private current(): Serving {
    if (this.isOverdue) {
      throw stops();
    }
    if (!this.serving) {
      throw ApiError.unavailable('The model is loading.', 'model_loading', SOON_SECONDS);
    }
    return this.serving;
  }

  private count(request: FastifyRequest, reply: FastifyReply): void {
    const route = request.routeOptions.url;
    if (route?.startsWith('/v1/')) {
      const status = reply.raw.writableFinished ? reply.statusCode : CLIENT_CLOSED_REQUEST;
      this.metrics.requests.inc({ route, status: String(status) });
    }
  }
}

function stops(): ApiError {
  return ApiError.unavailable('The server stops.', 'shutting_down', SOON_SECONDS);
}
