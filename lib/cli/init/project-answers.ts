import type { ModelFacts } from '../../image';

/** What a new project is made from. */
export interface ProjectAnswers {
  readonly kind: FleetKind;
  readonly region: string;
  readonly instanceType: string;
  readonly minInstances: number;
  readonly maxInstances: number;
  readonly runtime: RuntimeAnswers;
}

/** What a fleet does. */
export enum FleetKind {
  /** It answers requests. */
  INFERENCE = 'inference',
  /** It takes jobs from a queue. */
  WORKER = 'worker',
}

/** What serves on each instance. */
export type RuntimeAnswers = ContainerAnswers | ServerAnswers;

/** What runs in the container on each instance. */
export interface ContainerAnswers {
  /** Container image for Arm64. */
  readonly image: string;
  /** Arguments of the container, none for those of the image. */
  readonly command: readonly string[];
}

/** What the built-in server serves. */
export interface ServerAnswers {
  readonly model: ModelAnswer;
  /** Tokens of a request, prompt and answer. */
  readonly contextLength: number;
  /**
   * What decides how much memory the model needs.
   *
   * @default - nothing is known of it
   */
  readonly facts?: ModelFacts;
  /**
   * Where the file comes from that is not there yet.
   *
   * @default - it is there
   */
  readonly downloadUrl?: string;
}

/** Where a model is: a file, by its path from the project, or an object in S3. */
export type ModelAnswer = { readonly file: string } | { readonly bucket: string; readonly key: string };

/** The server of llama.cpp, which has an Arm64 image. */
export const LLAMA_SERVER = 'ghcr.io/ggml-org/llama.cpp:server';

/** A small model under a licence that lets anyone fetch it, so that the first deployment serves something. */
export const DEFAULT_REPOSITORY = 'ggml-org/gemma-3-1b-it-GGUF';

/**
 * A small model in a form that the built-in server runs: 639,446,688 bytes, Apache 2.0, trained for 40,960 tokens.
 * https://huggingface.co/Qwen/Qwen3-0.6B-GGUF
 */
export const SMALL_MODEL: ServerAnswers = {
  model: { file: './Qwen3-0.6B-Q8_0.gguf' },
  contextLength: 8192,
  downloadUrl: 'https://huggingface.co/Qwen/Qwen3-0.6B-GGUF/resolve/main/Qwen3-0.6B-Q8_0.gguf',
};

export const DEFAULT_REGION = 'us-east-1';
export const DEFAULT_INSTANCE_TYPE = 'm9g.4xlarge';

/** What `--yes` takes: with a model, the built-in server; without, one that fetches its own. */
export function defaultAnswers(kind: FleetKind, region: string, runtime?: RuntimeAnswers): ProjectAnswers {
  return {
    ...{ kind, region },
    instanceType: DEFAULT_INSTANCE_TYPE,
    ...(kind === FleetKind.INFERENCE ? { minInstances: 2, maxInstances: 4 } : { minInstances: 0, maxInstances: 4 }),
    runtime: runtime ?? llamaServer(DEFAULT_REPOSITORY),
  };
}

/** The server of llama.cpp with a model of Hugging Face. */
export function llamaServer(repository: string): ContainerAnswers {
  return { image: LLAMA_SERVER, command: ['--host', '0.0.0.0', '--port', '8080', '--hf-repo', repository] };
}
