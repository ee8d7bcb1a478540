import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  Engine,
  EngineFinish,
  GeneratedToken,
  Generation,
  GenerationRequest,
  ModelFacts,
} from '../../../server/engine/engine';
import { ByteTokenizer } from './byte-tokenizer';

/** What the engine answers: text, how long it waits before each token, and what goes wrong. */
export interface Script {
  readonly text: string;
  /** Awaited before each token. @default one turn of the event loop */
  readonly beforeToken?: (index: number) => Promise<unknown>;
  /** Thrown after the text. @default nothing */
  readonly error?: Error;
}

export interface ScriptedEngineOptions {
  /** The model's name. @default scripted */
  readonly id?: string;
  readonly slots?: number;
  readonly contextLength?: number;
  readonly chatTemplate?: string;
  readonly normalForm?: 'NFC';
  readonly script?: (request: GenerationRequest) => Script;
}

/** Answers as it is told, and fails the test that gives it more work than it has slots. */
export class ScriptedEngine implements Engine {
  public readonly tokenizer: ByteTokenizer;
  public readonly model: ModelFacts;
  public readonly slots: number;
  public readonly requests: GenerationRequest[] = [];
  public cancelled = 0;
  public working = 0;
  public mostWorking = 0;
  private readonly generations: ScriptedGeneration[] = [];

  public constructor(private readonly options: ScriptedEngineOptions = {}) {
    const { id = 'scripted', contextLength = 1000, chatTemplate, slots = 2 } = options;
    this.tokenizer = new ByteTokenizer(options.normalForm);
    this.model = { id, created: 1_700_000_000, contextLength, embeddingLength: 4, chatTemplate };
    this.slots = slots;
  }

  public submit(request: GenerationRequest): Generation {
    this.requests.push(request);
    this.working += 1;
    this.mostWorking = Math.max(this.mostWorking, this.working);
    const script = this.options.script?.(request) ?? { text: 'Hello, world' };
    const generation = new ScriptedGeneration(script, request, (finished) => {
      this.working -= 1;
      this.cancelled += finished ? 0 : 1;
    });
    this.generations.push(generation);
    return generation;
  }

  /** Tokens that were made and not read. */
  public get unread(): number {
    return this.generations.reduce((sum, generation) => sum + generation.unread, 0);
  }

  public async embed(tokens: readonly number[]): Promise<readonly number[]> {
    await nextTurn();
    return [0.5, -0.5, 0.25, tokens.length];
  }
}

/** Each token has a chance of one half, and each byte after it half of what is left. */
function scripted(id: number, { probabilities }: GenerationRequest): GeneratedToken {
  const chance = (place: number): number => -(place + 1) * Math.LN2;
  return probabilities
    ? {
        id,
        logProbability: chance(0),
        likeliest: Array.from({ length: probabilities.likeliest }, (_, place) => ({
          id: (id + place) % 256,
          logProbability: chance(place),
        })),
      }
    : { id };
}

class ScriptedGeneration implements Generation {
  public finish?: EngineFinish;
  public readonly released: Promise<void>;
  private readonly waiting: GeneratedToken[] = [];
  private cancelled = false;
  private failure?: Error;
  private done = false;
  private wake: () => void = () => undefined;

  public constructor(
    private readonly script: Script,
    private readonly request: GenerationRequest,
    onReleased: (finished: boolean) => void,
  ) {
    this.released = this.run().then(() => onReleased(!this.cancelled));
  }

  public get unread(): number {
    return this.waiting.length;
  }

  public cancel(): void {
    this.cancelled ||= !this.done;
    this.wake();
  }

  public async *[Symbol.asyncIterator](): AsyncGenerator<GeneratedToken> {
    for (;;) {
      const token = this.waiting.shift();
      if (token !== undefined) {
        yield token;
      } else if (this.done || this.cancelled) {
        break;
      } else {
        await new Promise<void>((resolve) => (this.wake = resolve));
      }
    }
    if (this.failure) {
      throw this.failure;
    }
  }

  private async run(): Promise<void> {
    const tokens = [...Buffer.from(this.script.text)];
    const { maxTokens, onToken } = this.request;
    for (const [index, token] of tokens.slice(0, maxTokens).entries()) {
      await (this.script.beforeToken?.(index) ?? nextTurn());
      if (this.cancelled) {
        break;
      }
      this.waiting.push(scripted(token, this.request));
      onToken?.();
      this.wake();
    }
    this.failure = this.script.error;
    this.finish = tokens.length > maxTokens ? 'length' : 'stop';
    this.done = true;
    this.wake();
  }
}
