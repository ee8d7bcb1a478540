import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { ensureArm64Root } from '../../../scripts/arm64-root/arm64-root';
import { ImagePipeline, ImagePipelineOptions } from './image-pipeline';

/**
 * Makes the Arm64 root before the tests of a file, and removes what their pipelines made.
 *
 * @returns makes a pipeline
 */
export function useImagePipelines({
  removed = 'after each test',
}: { removed?: 'after each test' | 'after all tests' } = {}): (
  options: Omit<ImagePipelineOptions, 'root' | 'directory'>,
) => ImagePipeline {
  const pipelines: ImagePipeline[] = [];
  const removeAll = async () => {
    for (const pipeline of pipelines.splice(0)) {
      await pipeline.remove();
    }
  };
  let root: string;
  let directory: string;
  beforeAll(async () => {
    root = await ensureArm64Root();
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'graviton-fleet-instances-'));
  }, 600_000);
  afterEach(() => (removed === 'after each test' ? removeAll() : undefined));
  afterAll(async () => {
    await removeAll();
    fs.rmSync(directory, { recursive: true, force: true });
  });
  let count = 0;
  return (options) => {
    const own = path.join(directory, `${(count += 1)}`);
    fs.mkdirSync(own);
    const pipeline = new ImagePipeline({ ...options, root, directory: own });
    pipelines.push(pipeline);
    return pipeline;
  };
}
