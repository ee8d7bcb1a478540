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

/** What runs in the container on each instance. */
export interface RuntimeAnswers {
  /** Container image for Arm64. */
  readonly image: string;
  /** Arguments of the container, none for those of the image. */
  readonly command: readonly string[];
}

/** The server of llama.cpp, which has an Arm64 image. */
export const LLAMA_SERVER = 'ghcr.io/ggml-org/llama.cpp:server';

/** A small model under a licence that lets anyone fetch it, so that the first deployment serves something. */
export const DEFAULT_REPOSITORY = 'ggml-org/gemma-3-1b-it-GGUF';

export const DEFAULT_REGION = 'us-east-1';
export const DEFAULT_INSTANCE_TYPE = 'm9g.4xlarge';

/** What `--yes` takes. */
export function defaultAnswers(kind: FleetKind, region: string): ProjectAnswers {
  return {
    ...{ kind, region },
    instanceType: DEFAULT_INSTANCE_TYPE,
    ...(kind === FleetKind.INFERENCE ? { minInstances: 2, maxInstances: 4 } : { minInstances: 0, maxInstances: 4 }),
    runtime: llamaServer(DEFAULT_REPOSITORY),
  };
}

/** The server of llama.cpp with a model of Hugging Face. */
export function llamaServer(repository: string): RuntimeAnswers {
  return { image: LLAMA_SERVER, command: ['--host', '0.0.0.0', '--port', '8080', '--hf-repo', repository] };
}
