/** How a container serves. */
export interface ContainerRuntimeOptions {
  /**
   * Reference of the OCI image, for example `ghcr.io/ggml-org/llama.cpp:server`. It must exist for linux/arm64. A
   * digest (`name@sha256:...`) is safest; a tag is resolved once, when the AMI is built.
   */
  readonly image: string;
  /**
   * TCP port on which the container serves; the instance publishes the same one.
   *
   * @default 8080
   */
  readonly port?: number;
  /**
   * Path that answers 200 to GET when the container can take requests.
   *
   * @default /health
   */
  readonly healthPath?: string;
  /**
   * Arguments for the container.
   *
   * @default - the command of the image
   */
  readonly command?: string[];
  /**
   * Environment variables. They are part of the AMI and of the template: never put a secret here.
   *
   * @default - none
   */
  readonly environment?: { [name: string]: string };
}
