import { createServer, IncomingMessage, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { ImagePipeline } from './image-pipeline';
import { RecipeComponent } from './recipe';

interface ImageBuildRequest {
  readonly components: readonly { readonly arn: string; readonly data?: string; readonly uri?: string }[];
}

/** Builds the images of the local AWS: what `scripts/local-aws/plugin/image_builds.py` calls. */
export class ImageBuildServer {
  /** Serves on a free port of loopback. */
  public static async start(pipeline: ImagePipeline): Promise<ImageBuildServer> {
    const server = createServer((request, response) => {
      void build(pipeline, request).then(
        (imageId) => response.writeHead(200).end(JSON.stringify({ imageId })),
        (error: Error) => response.writeHead(422).end(error.message),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ImageBuildServer(server);
  }

  private constructor(private readonly server: Server) {}

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

async function build(pipeline: ImagePipeline, request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  const { components } = JSON.parse(Buffer.concat(chunks).toString()) as ImageBuildRequest;
  const hasDocument = ({ data, uri }: RecipeComponent) => data !== undefined || uri !== undefined;
  const named = components.map(({ arn, ...document }) => ({ name: arn.split('/')[1], ...document }));
  const notRun = named.filter((component) => !hasDocument(component)).map(({ name }) => name);
  return pipeline.build({ components: named.filter(hasDocument), notRun });
}
