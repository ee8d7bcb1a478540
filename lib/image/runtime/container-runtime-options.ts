import { RuntimeOptions } from './runtime-options';

/** How a container serves. */
export interface ContainerRuntimeOptions extends RuntimeOptions {
  /**
   * Reference of the OCI image, for example `ghcr.io/ggml-org/llama.cpp:server`. It must exist for linux/arm64. A
   * digest (`name@sha256:...`) is safest; a tag is resolved once, when the AMI is built.
   */
  readonly image: string;
  /**
   * Arguments for the container. Inside it, `INFERENCE_PORT` is `port` for every process.
   *
   * @default - the command of the image
   */
  readonly command?: string[];
  /**
   * Environment variables. They are part of the AMI and of the template: never put a secret here.
   *
   * @default - those of the contract
   */
  readonly environment?: { [name: string]: string };
}
