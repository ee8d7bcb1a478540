import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LlamaFamilyShape } from '../../scripts/gguf/llama-family';
import { writeGguf } from '../../scripts/gguf/write-gguf';
import { makeKernels } from '../../scripts/kernels/kernel-build';
import { RandomModelOptions, randomModel } from './random-model';
import { ReferenceTransformer } from './reference/transformer';
import { floatsOf, runEngine } from './run-engine';

let scratch: string;
beforeAll(() => {
  makeKernels(['engine-host']);
  scratch = mkdtempSync(join(tmpdir(), 'engine-logits-'));
}, 180_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const PROMPT = Array.from({ length: 40 }, (_, i) => (i * 37 + 11) % 100);

/** Root mean square of the difference, as a part of that of the expected logits. */
function relativeError(actual: readonly number[], expected: readonly number[]): number {
  const square = (values: readonly number[]) => values.reduce((sum, value) => sum + value * value, 0);
  return Math.sqrt(square(actual.map((value, i) => value - expected[i])) / square(expected));
}

/** Errors after a prompt at once, and after each of the last tokens, computed one by one. */
function errorsOf(name: string, model: RandomModelOptions, options: readonly string[] = []): number[] {
  const made = randomModel(model);
  const path = join(scratch, `${name}.gguf`);
  writeFileSync(path, writeGguf(made));
  const expected = new ReferenceTransformer(made.shape, made.tensors).logits(PROMPT);
  const single = [36, 37, 38, 39];
  const commands = [
    'open',
    `submit 0 max_tokens=0 tokens=${PROMPT.join()}`,
    'run',
    'logits 0',
    'rewind 0 36',
    ...single.flatMap((at) => [`submit 0 max_tokens=0 tokens=${PROMPT[at]}`, 'run', 'logits 0']),
  ];
  const { answers, status, stderr } = runEngine(path, commands, { options });
  expect(answers.filter(({ ok }) => !ok).concat(status === 0 ? [] : [{ ok: false, error: stderr }])).toEqual([]);
  const logits = answers.filter(({ logits: digits }) => digits !== undefined).map((answer) => floatsOf(answer.logits));
  return [39, ...single].map((at, i) => relativeError(logits[i], expected[at]));
}

describe('measure', () => {
  const shapes: Partial<LlamaFamilyShape>[] = [
    { architecture: 'llama' },
    { architecture: 'qwen2' },
    { architecture: 'qwen3', headWidth: 24 },
  ];
  test.each(shapes)('%j', (shape) => {
    for (const type of ['F32', 'F16', 'BF16', 'Q8_0', 'Q4_0'] as const) {
      const s = type.startsWith('Q') ? { ...shape, headWidth: 32 } : shape;
      console.log(shape.architecture, type, errorsOf(`${shape.architecture}-${type}`, { shape: s, type }).map((e) => e.toExponential(2)).join(' '));
    }
  });
});
