import { EngineFinish, GeneratedToken, Generation, GrammarTooAmbiguous, NoTokenAllowed } from './engine';
import { FINISH } from './native-addon';
import { TokenQueue } from './token-queue';

/** An answer that the add-on works on. */
export class NativeGeneration implements Generation {
  public readonly released: Promise<void>;
  public finish?: EngineFinish;
  private readonly waiting = new TokenQueue<GeneratedToken>();
  private ended?: EngineFinish;
  private isOver = false;
  private failure?: Error;
  private release!: () => void;
  private wake: () => void = () => undefined;

  /**
   * @param stop tells the engine to stop; called once at most
   * @param onToken see `GenerationRequest`
   */
  public constructor(
    private readonly stop: () => void,
    private readonly onToken: () => void = () => undefined,
  ) {
    this.released = new Promise((resolve) => (this.release = resolve));
  }

  public cancel(): void {
    if (!this.isOver) {
      this.isOver = true;
      this.stop();
      this.wake();
    }
  }

  /** More of the answer. @param logProbabilities of each token, its own and those of the likeliest */
  public take(tokens: Uint32Array, logProbabilities?: Float32Array, likeliest?: Uint32Array): void {
    // Those that were on their way when the request was cancelled are nobody's.
    if (!this.isOver) {
      this.waiting.push(generatedTokens(tokens, logProbabilities, likeliest));
      tokens.forEach(() => this.onToken());
      this.wake();
    }
  }

  /** The engine has ended it. @param finish `ge_finish` @param error what failed; undefined: nothing */
  public end(finish: number, error?: string): void {
    this.failure = failureOf(finish, error);
    this.ended = finish === FINISH.length ? 'length' : 'stop';
    this.isOver = true;
    this.release();
    this.wake();
  }

  public async *[Symbol.asyncIterator](): AsyncGenerator<GeneratedToken> {
    for (;;) {
      const token = this.waiting.shift();
      if (token !== undefined) {
        yield token;
      } else if (this.isOver) {
        break;
      } else {
        await new Promise<void>((resolve) => (this.wake = resolve));
      }
    }
    if (this.failure) {
      throw this.failure;
    }
    this.finish = this.ended;
  }
}

function failureOf(finish: number, error?: string): Error | undefined {
  if (finish === FINISH.noToken) {
    return error === undefined ? new NoTokenAllowed('every token is forbidden') : new GrammarTooAmbiguous(error);
  }
  const isBroken = finish === FINISH.notNumbers;
  const problem = isBroken ? 'the model gives no token: its numbers are infinite, or none' : error;
  return problem === undefined ? undefined : new Error(`engine: ${problem}`);
}

function generatedTokens(
  tokens: Uint32Array,
  logProbabilities?: Float32Array,
  likeliest: Uint32Array = new Uint32Array(),
): GeneratedToken[] {
  const ids = Array.from(tokens);
  if (!logProbabilities) {
    return ids.map((id) => ({ id }));
  }
  const each = likeliest.length / tokens.length;
  return ids.map((id, index) => {
    const [own, ...others] = logProbabilities.subarray(index * (each + 1), (index + 1) * (each + 1));
    const of = (other: number): number => likeliest[index * each + other];
    return {
      id,
      logProbability: own,
      likeliest: others.map((logProbability, other) => ({ id: of(other), logProbability })),
    };
  });
}
