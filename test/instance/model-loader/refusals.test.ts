import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../../instance/common/read-configuration';
import { Patience } from '../../../instance/model-loader/object/patience';
import { RecordedLog } from '../support/recorded-log';
import { modelOf, objectOf, RANGE_BYTES, sha256Of, useModelLoader } from '../support/use-model-loader';

const MODEL = modelOf(5 * RANGE_BYTES);

async function failureOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error as Error,
  );
}

describe('the model loader refuses', () => {
  const start = useModelLoader();

  test('a file with another SHA-256, and leaves nothing that could be used', async () => {
    const { load, files, directory, s3 } = await start(objectOf(modelOf(RANGE_BYTES, 9)));
    await load();
    s3.object = objectOf(MODEL);
    const wanted = '0'.repeat(64);
    const error = await failureOf(load({ sha256: wanted }));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toContain(`got ${sha256Of(MODEL)}, allowed ${wanted}; configure the SHA-256`);
    expect(files()).toEqual([]);
    // The link to the model of before is gone as well.
    expect(fs.readdirSync(path.join(directory, 'model'))).toEqual([]);
  });

  test('a file of another size, before it loads any of it', async () => {
    const { load, s3 } = await start(objectOf(MODEL));
    const error = await failureOf(load({ bytes: 7 }));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toContain(`got ${MODEL.length} bytes, allowed the 7 bytes`);
    expect(s3.gets).toEqual([]);
  });

  test('a missing object at once', async () => {
    const { load, s3 } = await start();
    const error = await failureOf(load());
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toMatch(/^s3:\/\/models\/a\/b\.gguf: got HTTP status 404, allowed an object/);
    expect(s3.heads).toBe(1);
  });

  test('to wait for permissions for ever, but not for the minutes that they may take', async () => {
    const { load, s3 } = await start(objectOf(MODEL));
    s3.fault = () => 'refused';
    const error = await failureOf(load({}, { patience: { firstPause: 2, longestPause: 10, refusal: 1_000 } }));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toMatch(/HTTP status 403.*s3:GetObject/);
    expect(s3.heads).toBeGreaterThan(5);
    s3.heads = 0;
    s3.fault = () => (s3.heads <= 5 ? 'refused' : undefined);
    const link = await load({}, { patience: { firstPause: 2, longestPause: 10 } });
    expect(fs.readFileSync(link).equals(MODEL)).toBe(true);
  });

  test('a disk without room, before it loads any of it', async () => {
    const { load, s3, directory } = await start(objectOf(MODEL));
    const error = await failureOf(load({}, { spareBytes: 2 ** 60 }));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toMatch(
      /^disk space for s3:.* GiB free in .*models, allowed at least 1073741824\.0 GiB; give/,
    );
    expect(error.message).toContain(directory);
    expect(s3.gets).toEqual([]);
  });

  test('to go on when the disk is full, and says so', async () => {
    const log = new RecordedLog();
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      syscall: 'write',
    });
    let attempts = 0;
    const attempt = new Patience('s3://models/a', log).attempt(() => {
      attempts += 1;
      return Promise.reject(full);
    });
    const error = await failureOf(attempt);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toMatch(/^disk: got no space left.*larger root volume/);
    expect(attempts).toBe(1);
  });
});
