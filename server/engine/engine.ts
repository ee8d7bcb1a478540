import { Tokenizer } from './tokenizer';

/** What is known of the model once it is loaded. */
export interface ModelFacts {
  /** The name that requests call it by. */
  readonly id: string;
  /** When the file was made, in seconds since 1970. */
  readonly created: number;
  /** Tokens that prompt and answer of one request may have together. */
  readonly contextLength: number;
  /** Numbers of an embedding. */
  readonly embeddingLength: number;
  /** `tokenizer.chat_template` of the file, in Jinja. Undefined: the model takes no chats. */
  readonly chatTemplate?: string;
  /** Why its answers cannot follow a grammar. @default they can */
  readonly grammarProblem?: string;
}

/** A grammar that can be read in more ways at once than the engine follows. The answer ends where it turns out. */
export class GrammarTooAmbiguous extends Error {}

/** Biases that forbid every token, or all that the grammar allows. The answer ends where it turns out. */
export class NoTokenAllowed extends Error {}

/** How a token is chosen: mask and biases, penalties, temperature, top-k, top-p, min-p, then a draw. */
export interface Sampling {
  /** 0 takes the likeliest token. */
  readonly temperature: number;
  /** Keeps so many of the likeliest tokens; 0 keeps all. */
  readonly topK: number;
  /** Keeps the likeliest tokens whose probabilities reach this; 1 keeps all. */
  readonly topP: number;
  /** Drops tokens less likely than this times the likeliest; 0 drops none. */
  readonly minP: number;
  /** Makes tokens that occurred less likely; 1 changes nothing. */
  readonly repetitionPenalty: number;
  /** Subtracted from the logit of each token of the answer so far. */
  readonly presencePenalty: number;
  /** Subtracted as often as a token occurred in the answer so far. */
  readonly frequencyPenalty: number;
  /** The same request with the same seed gives the same tokens, whatever else the engine does. */
  readonly seed: number;
  /** Added to the logits of tokens; -100 and below forbid one. */
  readonly logitBias: ReadonlyMap<number, number>;
}

/** Takes the likeliest token, and changes nothing about which one that is. */
export const GREEDY: Sampling = {
  temperature: 0,
  topK: 0,
  topP: 1,
  minP: 0,
  repetitionPenalty: 1,
  presencePenalty: 0,
  frequencyPenalty: 0,
  seed: 0,
  logitBias: new Map(),
};

export interface GenerationRequest {
  readonly prompt: readonly number[];
  /** Most tokens of the answer, 1 or more. */
  readonly maxTokens: number;
  readonly sampling: Sampling;
  /** Words of the grammar that the answer follows, see kernels/engine/grammar/grammar.h. @default any text */
  readonly grammar?: Uint32Array;
  /** Probabilities that come with each token: its own, and those of so many likeliest ones. @default none */
  readonly probabilities?: { readonly likeliest: number };
  /** Called when a token is made, whether or not anybody reads: what is timed is the engine, not its clients. */
  readonly onToken?: () => void;
}

/** Why an answer ended: the model ended its turn, or it reached `maxTokens`. */
export type EngineFinish = 'stop' | 'length';

export interface LikelyToken {
  readonly id: number;
  /** Natural logarithm of the probability by the logits as the model gave them: before grammar, penalties, temperature. */
  readonly logProbability: number;
}

export interface GeneratedToken {
  readonly id: number;
  /** Undefined where the request asks for no probabilities. So `likeliest`. */
  readonly logProbability?: number;
  readonly likeliest?: readonly LikelyToken[];
}

/**
 * The answer to one request, token by token. A token that ends the model's turn is not given. The engine goes on while
 * nobody reads: at most `maxTokens` tokens wait. Reading throws when the engine fails.
 */
export interface Generation extends AsyncIterable<GeneratedToken> {
  /** Settles when the engine works no longer on this request, whether or not its tokens were read. Never rejects. */
  readonly released: Promise<void>;
  /** Why it ended; undefined before the last token was read. */
  readonly finish?: EngineFinish;
  /** Ends the request. Reading then ends too. Does nothing when it has ended. */
  cancel(): void;
}

/**
 * What computes. It has no queue: the server submits `slots` requests at a time and no more.
 */
export interface Engine {
  readonly model: ModelFacts;
  readonly tokenizer: Tokenizer;
  /** Requests that it works on at a time. */
  readonly slots: number;
  /** Requests that it works on now. */
  readonly working: number;
  /** Changes with each step of its work. While it works and this stays, it is at one step. */
  readonly steps: number;
  submit(request: GenerationRequest): Generation;
  /** The embedding of a text, of length 1. Takes a slot while it works. */
  embed(tokens: readonly number[]): Promise<readonly number[]>;
}
