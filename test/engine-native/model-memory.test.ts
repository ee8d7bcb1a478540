import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ModelFacts } from '../../lib';
import { cacheBytes } from '../../lib/image/model/private/process-memory';
import { TensorTypeName } from '../../scripts/gguf/tensor-types';
import { KERNELS_DIRECTORY, makeKernels } from '../../scripts/kernels/kernel-build';
import { answersOf, ModelFolder } from './engine-case';

const models = new ModelFolder();
beforeAll(() => makeKernels(['engine-host']));
afterAll(() => models.remove());

/** What the engine says of a model that it has loaded. */
const loaded = (path: string, ...options: string[]) => answersOf(path, ['info'], { options })[0];

/** Widths that end inside of panels, tiles and superblocks. */
const SHAPE = { layers: 3, width: 288, hidden: 608, heads: 6, kvHeads: 2, headWidth: 48, vocabulary: 150 };

test.each<[TensorTypeName, boolean]>([
  ['F16', false],
  ['BF16', true],
  ['Q8_0', false],
  ['Q4_0', true],
])('the engine packs a model in %s (tied: %s) into as many bytes as a fleet counts on', (type, tied) => {
  const { path } = models.write(`counted-${type}`, { shape: SHAPE, type, tied });
  const { _bytes: bytes } = ModelFacts.fromFile(path);
  expect(loaded(path).weightsBytes).toBe(bytes.packed);
  expect(loaded(path, '--weights=gk4').weightsBytes).toBe(bytes.packedAsGk4);
});

test('a file in GK4 is used where it lies, but for its output matrix', () => {
  const { path } = models.write('ahead', { shape: SHAPE, type: 'F16' });
  const output = models.path('ahead-gk4');
  const convert = join(KERNELS_DIRECTORY, 'build', 'host', 'bin', 'graviton-engine-convert');
  expect(spawnSync(convert, [path, output]).status).toBe(0);
  const [before, after] = [path, output].map((file) => ModelFacts.fromFile(file)._bytes);
  const embedding = SHAPE.vocabulary * SHAPE.width * 2;
  expect(after.packed).toBe(after.packedAsGk4);
  expect(loaded(output).weightsBytes).toBe(after.packed + after.mapped - embedding);
  expect(after.packed + after.mapped - embedding).toBe(before.packedAsGk4);
});

test('the KV cache of a slot has as many bytes as a fleet counts on', () => {
  const { path } = models.write('cached', { shape: { ...SHAPE, contextLength: 700 }, type: 'F16' });
  const { cacheBytesPerToken, cacheTokens } = loaded(path, '--slots=3');
  expect(cacheBytes(ModelFacts.fromFile(path)._shape, 3, 700)).toBe(
    (cacheBytesPerToken as number) * (cacheTokens as number),
  );
});
