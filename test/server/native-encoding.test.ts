import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildServer } from '../../scripts/build-server';
import { ensureExampleModel } from '../../scripts/example-model/ensure-example-model';
import { ADDON_NAME, loadNativeAddon } from '../../server/engine/native-addon';
import { NativeEngine } from '../../server/engine/native-engine';

const OPTIONS = { addSpecial: true, parseSpecial: true };

let addonPath: string;
let model: string;

beforeAll(async () => {
  addonPath = join(await buildServer('host'), ADDON_NAME);
  model = ensureExampleModel();
}, 900_000);

const open = () => NativeEngine.open(loadNativeAddon(addonPath), { path: model, slots: 1, threads: 1 });

describe('encoding in another thread', () => {
  test('gives what encoding at once gives, also for many at a time', async () => {
    const { tokenizer, close } = await opened();
    const texts = [
      '',
      'Licence: Grüße 😀\ud800',
      'a<|end|>b',
      ...Array.from({ length: 50 }, (_, i) => 'You '.repeat(i * 40)),
    ];
    const tokens = await Promise.all(texts.map((text) => tokenizer.encodeLater(text, OPTIONS)));
    expect(tokens.map((each) => [...each])).toEqual(texts.map((text) => tokenizer.encode(text, OPTIONS)));
    await close();
  });

  test('leaves the event loop to others', async () => {
    const { tokenizer, close } = await opened();
    let isDone = false;
    let turns = 0;
    const encoded = tokenizer.encodeLater('the quick brown fox '.repeat(50_000), OPTIONS).then(({ length }) => {
      isDone = true;
      return length;
    });
    while (!isDone) {
      await nextTurn();
      turns += 1;
    }
    expect(turns).toBeGreaterThan(20);
    expect(await encoded).toBeGreaterThan(100_000);
    await close();
  });

  test('outlives the engine that it is for', async () => {
    const { tokenizer, close } = await opened();
    const encoded = tokenizer.encodeLater('the quick brown fox '.repeat(20_000), OPTIONS);
    await close();
    expect((await encoded).length).toBeGreaterThan(20_000);
    expect([...(await tokenizer.encodeLater('x', OPTIONS))]).toEqual(tokenizer.encode('x', OPTIONS));
  });

  test('ends with its process, without a crash', () => {
    const program = `
      const addon = require(${JSON.stringify(addonPath)});
      const options = { slots: 1, contextLength: 0, batchTokens: 64, threads: 1, weights: 0 };
      const host = addon.open(${JSON.stringify(model)}, options, () => {
        for (let i = 0; i < 8; i++) addon.encodeLater(host, 'the quick brown fox '.repeat(20000), 0);
        setTimeout(() => process.exit(3), 5);
      });`;
    const { status, stderr } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 3, stderr: '' });
  });

  test('takes no number for a text', async () => {
    const addon = loadNativeAddon(addonPath);
    expect(() => addon.encodeLater({}, 'x', 0)).toThrow(/the engine/);
    const { tokenizer, close } = await opened();
    await expect(tokenizer.encodeLater(5 as never, OPTIONS)).rejects.toThrow(/the text/);
    await close();
  });

  test('is no step of the engine, which counts those it takes', async () => {
    const engine = await open();
    await engine.tokenizer.encodeLater('x', OPTIONS);
    expect([engine.steps, engine.working]).toEqual([0, 0]);
    const embedded = engine.embed([256, 40, 41]);
    expect(engine.working).toBe(1);
    await embedded;
    const { steps } = engine;
    expect(steps).toBeGreaterThan(0);
    await engine.embed([256, 40, 41]);
    expect(engine.steps).toBeGreaterThan(steps);
    expect(engine.working).toBe(0);
    await engine.close();
    expect(engine.steps).toBeGreaterThan(steps);
  });

  async function opened() {
    const engine = await open();
    return { tokenizer: engine.tokenizer, close: () => engine.close() };
  }
});
