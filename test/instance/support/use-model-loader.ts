import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { afterEach } from 'vitest';
import { LoadParts, loadModel } from '../../../instance/model-loader/load-model';
import { ModelConfiguration } from '../../../instance/model-loader/model-configuration';
import { ModelObject } from '../../../instance/model-loader/object/model-object';
import { useScratchDirectory } from '../../support/scratch-directory';
import { RecordedLog } from './recorded-log';
import { SeededRandom } from './seeded-random';
import { SimulatedObject, SimulatedS3 } from './simulated-s3';

export const RANGE_BYTES = 64 * 1024;

/** A model of so many bytes that no two ranges of it are alike. */
export function modelOf(bytes: number, seed = 1): Buffer {
  const random = new SeededRandom(seed);
  const content = Buffer.alloc(bytes);
  for (let at = 0; at + 4 <= bytes; at += 4) {
    content.writeUInt32LE(Math.floor(random.next() * 2 ** 32), at);
  }
  return content;
}

export function sha256Of(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

export function objectOf(content: Buffer, extra: Partial<SimulatedObject> = {}): SimulatedObject {
  return { content, etag: `"${sha256Of(content).slice(0, 32)}"`, ...extra };
}

export interface LoaderUnderTest {
  readonly s3: SimulatedS3;
  readonly log: RecordedLog;
  /** Its own. */
  readonly directory: string;
  readonly load: (configuration?: Partial<ModelConfiguration>, parts?: Partial<LoadParts>) => Promise<string>;
  /** Names of its files that hold models, or parts of them. */
  readonly files: () => string[];
}

/** Loaders with an S3 of their own, which ends after each test. */
export function useModelLoader(): (object?: SimulatedObject) => Promise<LoaderUnderTest> {
  const scratch = useScratchDirectory();
  const running: SimulatedS3[] = [];
  afterEach(() => Promise.all(running.splice(0).map((s3) => s3.stop())));
  return async (object) => {
    const s3 = await SimulatedS3.start(object);
    running.push(s3);
    const directory = scratch();
    const storage = path.join(directory, 'models');
    const log = new RecordedLog();
    const load: LoaderUnderTest['load'] = (overrides = {}, parts = {}) => {
      const configuration = { schemaVersion: 1, bucket: 'models', key: 'a/b.gguf', directory, ...overrides } as const;
      const client = new S3Client({
        region: 'us-east-1',
        endpoint: s3.endpoint,
        credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
        maxAttempts: 1,
        responseChecksumValidation: 'WHEN_REQUIRED',
      });
      return loadModel({
        configuration,
        object: new ModelObject(client, configuration),
        storages: [storage],
        log,
        patience: { firstPause: 2, longestPause: 10, refusal: 200 },
        loader: { rangeBytes: RANGE_BYTES, concurrency: 4, stallMilliseconds: 300 },
        spareBytes: 0,
        ...parts,
      });
    };
    const files = (): string[] => (fs.existsSync(storage) ? fs.readdirSync(storage).sort() : []);
    return { s3, log, directory, load, files };
  };
}
