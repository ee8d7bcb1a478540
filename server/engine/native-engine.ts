import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { checkCacheMemory } from './cache-memory';
import { Engine, Generation, GenerationRequest, ModelFacts } from './engine';
import { HostHandle, NativeAddon, NativeFacts, REPORT } from './native-addon';
import { NativeGeneration } from './native-generation';
import { embeddingRequest, generationRequest } from './native-request';
import { NativeTokenizer } from './native-tokenizer';

/** Tokens of a step: prompts are cut into pieces of so many, lest they hold up the answers of others. */
const BATCH_TOKENS = 512;

export interface NativeEngineOptions {
  /** The GGUF file. */
  readonly path: string;
  /** What requests call the model by. @default the file's name, without `.gguf` */
  readonly modelId?: string;
  /** Requests at a time, 1 to 1024. @default 4 */
  readonly slots?: number;
  /** Tokens of a request, prompt and answer. @default what the model was trained for */
  readonly contextLength?: number;
  /** @default one for each core of `cores`; without them, one for each core that the process may use */
  readonly threads?: number;
  /** The core of each thread. @default threads are not pinned */
  readonly cores?: readonly number[];
  /** Quantises the layers to GK4 while loading. @default false */
  readonly quantize?: boolean;
  /** Bytes that the KV cache may take. @default what the process can still get once the model is loaded */
  readonly cacheBytes?: number;
}

/** What the add-on's reports of a request are for. */
interface Receiving {
  take(tokens: Uint32Array, logProbabilities?: Float32Array, likeliest?: Uint32Array): void;
  end(finish: number, error?: string, embedding?: Float32Array): void;
}

/** The inference engine in C, by the add-on. */
export class NativeEngine implements Engine {
  /**
   * Loads a model.
   *
   * @throws Error when the file cannot be loaded, or its KV cache has no room
   */
  public static async open(addon: NativeAddon, options: NativeEngineOptions): Promise<NativeEngine> {
    const { mtimeMs } = await stat(options.path);
    const engine = new NativeEngine(addon, options, Math.floor(mtimeMs / 1000));
    try {
      await engine.opened;
      engine.prepare();
    } catch (error) {
      await engine.close();
      throw error;
    }
    return engine;
  }

  public model!: ModelFacts;
  public tokenizer!: NativeTokenizer;
  public facts!: NativeFacts;
  private readonly host: HostHandle;
  private readonly opened: Promise<void>;
  private readonly closed: Promise<void>;
  private readonly requests = new Map<number, Receiving>();
  private lastRequest = 0;
  private reportOpened!: (error?: Error) => void;
  private reportClosed!: () => void;

  private constructor(
    private readonly addon: NativeAddon,
    private readonly options: NativeEngineOptions,
    private readonly created: number,
  ) {
    this.opened = new Promise((resolve, reject) => {
      this.reportOpened = (error) => (error ? reject(error) : resolve());
    });
    this.closed = new Promise((resolve) => (this.reportClosed = resolve));
    const { slots = 4, contextLength = 0, cores } = options;
    const native = {
      slots,
      contextLength,
      batchTokens: Math.max(BATCH_TOKENS, slots),
      threads: options.threads ?? cores?.length ?? availableParallelism(),
      cores: cores && Uint32Array.from(cores),
      weights: options.quantize ? 1 : 0,
    } as const;
    this.host = addon.open(options.path, native, (...report) => this.receive(...report));
  }

  public get slots(): number {
    return this.facts.slots;
  }

  public get working(): number {
    return this.requests.size;
  }

  public get steps(): number {
    return this.addon.steps(this.host);
  }

  public submit(request: GenerationRequest): Generation {
    const number = this.nextNumber();
    const generation = new NativeGeneration(() => this.addon.cancel(this.host, number), request.onToken);
    this.requests.set(number, generation);
    this.give(number, request.prompt, generationRequest(request));
    return generation;
  }

  public embed(tokens: readonly number[]): Promise<readonly number[]> {
    const number = this.nextNumber();
    const embedding = new Promise<readonly number[]>((resolve, reject) => {
      this.requests.set(number, {
        take: () => undefined,
        end: (_finish, error, values) =>
          values ? resolve(ofLengthOne(values)) : reject(new Error(`engine: ${error}`)),
      });
    });
    this.give(number, tokens, embeddingRequest());
    return embedding;
  }

  /** Ends what it works on with an error, and gives its memory back. */
  public close(): Promise<void> {
    this.addon.close(this.host);
    return this.closed;
  }

  private prepare(): void {
    const { addon, host, options } = this;
    this.facts = addon.facts(host);
    checkCacheMemory(this.facts, options.cacheBytes ?? process.availableMemory());
    this.tokenizer = new NativeTokenizer(addon, host, this.facts);
    this.model = {
      id: options.modelId ?? basename(options.path, '.gguf'),
      created: this.created,
      contextLength: this.facts.contextLength,
      embeddingLength: this.facts.embeddingLength,
      chatTemplate: this.facts.chatTemplate,
      grammarProblem: this.facts.grammarProblem,
    };
  }

  private nextNumber(): number {
    // The add-on takes 32 bits; the number before it in use was given four thousand million requests ago.
    this.lastRequest = (this.lastRequest + 1) >>> 0;
    return this.lastRequest;
  }

  private give(number: number, tokens: readonly number[], request: Parameters<NativeAddon['submit']>[3]): void {
    try {
      this.addon.submit(this.host, number, Uint32Array.from(tokens), request);
    } catch (error) {
      this.requests.delete(number);
      throw error;
    }
  }

  private receive(
    kind: number,
    number: number,
    finish: number,
    error?: string,
    tokens?: Uint32Array,
    embedding?: Float32Array,
    logProbabilities?: Float32Array,
    likeliest?: Uint32Array,
  ): void {
    if (kind === REPORT.opened) {
      this.reportOpened(error === undefined ? undefined : new Error(`${this.options.path}: ${error}`));
    } else if (kind === REPORT.closed) {
      this.reportClosed();
    } else if (kind === REPORT.tokens) {
      this.requests.get(number)?.take(tokens!, logProbabilities, likeliest);
    } else {
      const receiving = this.requests.get(number);
      this.requests.delete(number);
      receiving?.end(finish, error, embedding);
    }
  }
}

function ofLengthOne(values: Float32Array): readonly number[] {
  // The square of a 32-bit number does not overflow.
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return Array.from(values, (value) => (length === 0 ? 0 : value / length));
}
