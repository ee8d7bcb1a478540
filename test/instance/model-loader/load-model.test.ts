import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { SeededRandom } from '../support/seeded-random';
import { modelOf, objectOf, RANGE_BYTES, sha256Of, useModelLoader } from '../support/use-model-loader';

const MODEL = modelOf(20 * RANGE_BYTES + 12_345);

describe('the model loader', () => {
  const start = useModelLoader();

  test('loads ranges in parallel, and gives the file to all readers and no writer', async () => {
    const { s3, load, files, log } = await start(objectOf(MODEL));
    s3.gate = () => vi.waitFor(() => expect(s3.gets.length).toBeGreaterThanOrEqual(4));
    const link = await load({ sha256: sha256Of(MODEL), bytes: MODEL.length });
    expect(fs.readFileSync(link).equals(MODEL)).toBe(true);
    expect(fs.statSync(link).mode & 0o777).toBe(0o444);
    expect(path.basename(link)).toBe('model.gguf');
    expect(files()).toEqual([`${sha256Of(MODEL)}.gguf`]);
    expect(s3.gets).toHaveLength(21);
    expect(s3.mostAtOnce).toBe(4);
    expect(s3.gets.every(({ ifMatch }) => ifMatch === s3.object!.etag)).toBe(true);
    expect(log.of('loaded')).toMatchObject([{ percent: 100, bytes: MODEL.length }]);
  });

  test.each([1, 2, 3])('survives what networks and S3 do, seed %i', async (seed) => {
    const { s3, load, files, log } = await start(objectOf(MODEL));
    const random = new SeededRandom(seed);
    const chances = { none: 6, throttled: 2, dropped: 2, shortened: 2, stalled: 0.2 };
    s3.fault = () => {
      const fault = random.pick(chances);
      return fault === 'none' ? undefined : fault;
    };
    // At no time half a model has the name of a whole one.
    s3.gate = () => {
      expect(files().filter((name) => name.endsWith('.gguf'))).toEqual([]);
      return Promise.resolve();
    };
    const link = await load({ sha256: sha256Of(MODEL) });
    expect(fs.readFileSync(link).equals(MODEL)).toBe(true);
    expect(s3.gets.length).toBeGreaterThan(21);
    expect(log.of('checksum-differs')).toEqual([]);
  });

  test('asks again when S3 says nothing at all', async () => {
    const { s3, load } = await start(objectOf(MODEL));
    s3.fault = (request) => (request === 'head' && s3.heads === 1 ? 'stalled' : undefined);
    expect(fs.readFileSync(await load()).equals(MODEL)).toBe(true);
    expect(s3.heads).toBe(2);
  });

  test('asks for nothing when it has what was pinned', async () => {
    const { s3, load, log } = await start(objectOf(MODEL));
    await load({ sha256: sha256Of(MODEL) });
    const [heads, gets] = [s3.heads, s3.gets.length];
    await s3.stop();
    await load({ sha256: sha256Of(MODEL) });
    expect([s3.heads, s3.gets.length]).toEqual([heads, gets]);
    expect(log.of('already-loaded')).toHaveLength(1);
  });

  test('looks whether the object is another one where it was not pinned', async () => {
    const { s3, load, files } = await start(objectOf(MODEL));
    await load();
    const gets = s3.gets.length;
    await load();
    expect(s3.gets).toHaveLength(gets);
    const other = modelOf(3 * RANGE_BYTES, 2);
    s3.object = objectOf(other);
    const link = await load();
    expect(fs.readFileSync(link).equals(other)).toBe(true);
    expect(files()).toHaveLength(1);
  });

  test('never mixes two objects', async () => {
    const { s3, load, log } = await start(objectOf(MODEL));
    const other = modelOf(MODEL.length, 2);
    s3.gate = () => {
      if (s3.gets.length === 9) {
        s3.object = objectOf(other);
      }
      return Promise.resolve();
    };
    const link = await load();
    expect(fs.readFileSync(link).equals(other)).toBe(true);
    expect(log.of('object-changed')).toHaveLength(1);
  });

  test('removes older models, and no files of others', async () => {
    const { load, directory, files } = await start(objectOf(MODEL));
    fs.mkdirSync(path.join(directory, 'models'), { recursive: true });
    const old = 'a'.repeat(64);
    for (const name of [`${old}.gguf`, `${old}.partial`, `${old}.ranges`, 'notes.txt', 'tokenizer.gguf']) {
      fs.writeFileSync(path.join(directory, 'models', name), 'old');
    }
    await load({ sha256: sha256Of(MODEL) });
    expect(files()).toEqual([`${sha256Of(MODEL)}.gguf`, 'notes.txt', 'tokenizer.gguf'].sort());
  });
});

describe('a load that was interrupted', () => {
  const start = useModelLoader();

  /** Ends in the middle, as a kill would. */
  async function interrupted() {
    const loader = await start(objectOf(MODEL));
    loader.s3.fault = () => (loader.s3.gets.length > 10 ? 'refused' : undefined);
    await expect(loader.load({ sha256: sha256Of(MODEL) })).rejects.toThrow('HTTP status 403');
    loader.s3.fault = () => undefined;
    const [partial, journal] = ['partial', 'ranges'].map((kind) =>
      path.join(loader.directory, 'models', `${sha256Of(MODEL)}.${kind}`),
    );
    const done = [...fs.readFileSync(journal, 'utf8').matchAll(/^(\d+) /gm)].map(([, index]) => Number(index));
    expect(done).toHaveLength(10);
    loader.s3.gets.splice(0);
    const asked = (): number[] => loader.s3.gets.map(({ start: first }) => first / RANGE_BYTES).sort((a, b) => a - b);
    return { ...loader, partial, journal, done, asked };
  }

  test('goes on with what is missing', async () => {
    const { load, asked, done } = await interrupted();
    expect(fs.readFileSync(await load({ sha256: sha256Of(MODEL) })).equals(MODEL)).toBe(true);
    const missing = Array.from({ length: 21 }, (_, index) => index).filter((index) => !done.includes(index));
    expect(asked()).toEqual(missing);
  });

  test('loads again what the disk has lost, and does not believe half a line', async () => {
    const { load, asked, done, partial, journal } = await interrupted();
    const file = fs.openSync(partial, 'r+');
    fs.writeSync(file, Buffer.alloc(100), 0, 100, done[3] * RANGE_BYTES + 5);
    fs.closeSync(file);
    const text = fs.readFileSync(journal, 'utf8');
    fs.writeFileSync(journal, text.slice(0, -20));
    expect(fs.readFileSync(await load({ sha256: sha256Of(MODEL) })).equals(MODEL)).toBe(true);
    expect(asked()).toContain(done[3]);
    expect(asked()).toContain(done[9]);
    expect(asked()).not.toContain(done[2]);
    expect(asked()).toHaveLength(11 + 2);
  });

  test('starts anew when the object has changed since', async () => {
    const { load, s3, asked } = await interrupted();
    s3.object = { ...s3.object!, etag: '"another"' };
    expect(fs.readFileSync(await load({ sha256: sha256Of(MODEL) })).equals(MODEL)).toBe(true);
    expect(asked()).toHaveLength(21);
  });
});
