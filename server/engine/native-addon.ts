import { createRequire } from 'node:module';

/** An engine of the add-on. */
export interface HostHandle {
  readonly kind?: 'host';
}

/** The decoding of one answer. */
export interface DecoderHandle {
  readonly kind?: 'decoder';
}

export interface NativeOptions {
  readonly slots: number;
  /** 0: what the model was trained for. */
  readonly contextLength: number;
  /** Most tokens of a step. */
  readonly batchTokens: number;
  readonly threads: number;
  /** The core of each thread. Undefined: threads are not pinned. */
  readonly cores?: Uint32Array;
  /** 0 as filed, 1 GK4. */
  readonly weights: 0 | 1;
}

export interface NativeFacts {
  readonly architecture: string;
  /** Of the kernels. */
  readonly variant: string;
  readonly name?: string;
  readonly chatTemplate?: string;
  readonly grammarProblem?: string;
  readonly vocabulary: number;
  readonly embeddingLength: number;
  readonly contextLength: number;
  readonly slots: number;
  readonly threads: number;
  readonly weightsBytes: number;
  readonly cacheBytesPerToken: number;
  readonly cacheTokens: number;
  readonly tokenCount: number;
  /** -1: none. So `eos`. */
  readonly bos: number;
  readonly eos: number;
  /** 0 none, 1 NFC. */
  readonly normalForm: number;
}

export interface NativeRequest {
  /** 0 for embeddings. */
  readonly maxTokens: number;
  /** 0 none, 1 an embedding: the mean, or of the last token where the file's `pooling_type` says so. */
  readonly pooling: 0 | 1;
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly minP: number;
  readonly repetitionPenalty: number;
  readonly presencePenalty: number;
  readonly frequencyPenalty: number;
  readonly seed: bigint;
  readonly biasTokens: Uint32Array;
  readonly biases: Float32Array;
  /** 0 none, 1 of each token. */
  readonly logProbabilities: 0 | 1;
  /** Likeliest tokens that come with each token. */
  readonly likeliest: number;
  readonly grammar?: Uint32Array;
}

/** What a report is about: `report_kind` of server/addon/host.h. */
export const REPORT = { opened: 0, tokens: 1, finished: 2, closed: 3 } as const;

/** Why a request ended: `ge_finish` of graviton_engine.h. */
export const FINISH = { length: 1, stop: 2, cancelled: 3, noToken: 4, notNumbers: 5 } as const;

/** Flags of `encode`: those of tokenizer.h. */
export const ENCODE = { addSpecial: 1, parseSpecial: 2 } as const;

/** Type of a control token: `gtok_type` of tokenizer.h. */
export const CONTROL_TOKEN = 3;

export type Receiver = (
  kind: number,
  request: number,
  finish: number,
  error: string | undefined,
  tokens: Uint32Array | undefined,
  embedding: Float32Array | undefined,
  /** Of each token, its own and those of the likeliest. */
  logProbabilities?: Float32Array,
  likeliest?: Uint32Array,
) => void;

/** The add-on. Each function throws a TypeError for values of another kind, and an Error for what cannot be done. */
export interface NativeAddon {
  /** Begins to load, and reports when it is done. The process lives until `close` was reported. */
  open(path: string, options: NativeOptions, receiver: Receiver): HostHandle;
  facts(host: HostHandle): NativeFacts;
  submit(host: HostHandle, request: number, tokens: Uint32Array, settings: NativeRequest): void;
  cancel(host: HostHandle, request: number): void;
  /** Steps that its thread has taken, in 32 bits. */
  steps(host: HostHandle): number;
  close(host: HostHandle): void;
  encode(host: HostHandle, text: string, flags: number): Uint32Array;
  /** The same in another thread. */
  encodeLater(host: HostHandle, text: string, flags: number): Promise<Uint32Array>;
  tokenText(host: HostHandle, token: number): string;
  tokenType(host: HostHandle, token: number): number;
  tokenOutput(host: HostHandle, token: number): Uint8Array;
  decoder(host: HostHandle): DecoderHandle;
  decode(decoder: DecoderHandle, token: number): string;
  decodeEnd(decoder: DecoderHandle): string;
}

export const ADDON_NAME = 'graviton_inference.node';

/** @throws Error when the file is none that this Node.js can load */
export function loadNativeAddon(path: string): NativeAddon {
  return createRequire(__filename)(path) as NativeAddon;
}
