import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LlamaFamilyShape } from '../../scripts/gguf/llama-family';
import { GgufTensor } from '../../scripts/gguf/write-gguf';
import { KERNELS_DIRECTORY, makeKernels } from '../../scripts/kernels/kernel-build';
import { answersOf, logitBits, ModelFolder, promptOf, relativeError } from './engine-case';
import { RandomModelOptions, SMALL_SHAPE } from './random-model';
import { decodeGk4 } from './reference/decode-gk4';
import { readGguf } from './reference/read-gguf';
import { ReferenceTransformer } from './reference/transformer';

let models: ModelFolder;
beforeAll(() => {
  makeKernels(['engine-host']);
  models = new ModelFolder();
}, 300_000);
afterAll(() => models.remove());

/**
 * Bounds on the relative error of logits (root mean square) of these models of two layers. What remains comes from
 * activations: rounded to bf16 (2^-9) for types in floats, to int8 with a scale for 32 of them for Q8_0 and Q4_0, and for
 * 512 of them for GK4. Measured 2026-11-23: at most 0.021, 0.031, 0.040.
 */
const BOUNDS = { float: 0.025, block: 0.04, gk4: 0.07 };

const PROMPT = promptOf(40);
const LAST = [36, 37, 38, 39];

/** Logits after a prompt at once, and after each of its last tokens, computed one by one. */
function runPrompt(path: string, options: readonly string[] = []): string[] {
  return logitBits(
    answersOf(
      path,
      [
        'open',
        `submit 0 max_tokens=0 tokens=${PROMPT.join()}`,
        'run',
        'logits 0',
        'rewind 0 36',
        ...LAST.flatMap((at) => [`submit 0 max_tokens=0 tokens=${PROMPT[at]}`, 'run', 'logits 0']),
      ],
      { options },
    ),
  );
}

function largestError(bits: readonly string[], reference: ReferenceTransformer): number {
  const expected = reference.logits(PROMPT);
  return Math.max(...[39, ...LAST].map((at, i) => relativeError(bits[i], expected[at])));
}

function errorOf(name: string, options: RandomModelOptions): number {
  const { path, model } = models.write(name, options);
  return largestError(runPrompt(path), new ReferenceTransformer(model.shape, model.tensors));
}

const ARCHITECTURES: Record<string, Partial<LlamaFamilyShape>> = {
  llama: { architecture: 'llama' },
  'llama with one head of keys': { architecture: 'llama', kvHeads: 1 },
  'llama with linear RoPE scaling': { architecture: 'llama', linearFactor: 4 },
  'llama that turns a part of each head': { architecture: 'llama', rotated: 8 },
  'mistral with a window': { architecture: 'llama', slidingWindow: 512, ropeBase: 1e6 },
  qwen2: { architecture: 'qwen2', ropeBase: 1e6 },
  'qwen3 with heads wider than its stream': { architecture: 'qwen3', headWidth: 32, ropeBase: 1e6 },
};

describe('logits agree with the f64 reference', () => {
  describe.each(Object.entries(ARCHITECTURES))('of %s', (name, shape) => {
    test.each(['F32', 'F16', 'BF16'] as const)('with %s', (type) => {
      expect(errorOf(`${name}-${type}`, { shape, type })).toBeLessThan(BOUNDS.float);
    });

    test.each(['Q8_0', 'Q4_0'] as const)('with %s', (type) => {
      expect(errorOf(`${name}-${type}`, { shape, type })).toBeLessThan(BOUNDS.block);
    });
  });

  test('with the factors of Llama 3', () => {
    const ropeFactors = [1, 1, 1.5, 2, 3, 5, 7, 8];
    expect(errorOf('llama3', { ropeFactors, type: 'BF16' })).toBeLessThan(BOUNDS.float);
  });

  test('with the embedding as output matrix', () => {
    expect(errorOf('tied', { tied: true, type: 'Q8_0' })).toBeLessThan(BOUNDS.block);
  });

  test('with Q4_0 in the layers and Q6_K outside, as llama.cpp quantises', () => {
    const shape = { width: 256, hidden: 320 };
    expect(errorOf('q6k', { shape, type: 'Q4_0', outputType: 'Q6_K' })).toBeLessThan(BOUNDS.block);
    expect(errorOf('q6k-tied', { shape, type: 'Q4_0', outputType: 'Q6_K', tied: true })).toBeLessThan(BOUNDS.block);
  });
});

describe('the bounds notice', () => {
  const wrong: Record<string, (shape: LlamaFamilyShape) => LlamaFamilyShape> = {
    'another base of RoPE': (shape) => ({ ...shape, ropeBase: 2 * shape.ropeBase }),
    'other pairs of RoPE': (shape) => ({ ...shape, architecture: 'qwen2' }),
    'another epsilon': (shape) => ({ ...shape, epsilon: 0 }),
    'a part of each head that is not turned': (shape) => ({ ...shape, rotated: 8 }),
  };
  test.each(Object.entries(wrong))('%s', (_, change) => {
    const { path, model } = models.write('noticed', {});
    const reference = new ReferenceTransformer(change(model.shape), model.tensors);
    expect(largestError(runPrompt(path), reference)).toBeGreaterThan(2 * BOUNDS.gk4);
  });

  test.each([
    ['qwen2', /attn_[qkv].bias/],
    ['qwen3', /attn_[qk]_norm/],
  ] as const)('a %s whose %s is left out', (architecture, pattern) => {
    const { path, model } = models.write(`noticed-${architecture}`, { shape: { architecture } });
    const kept = model.tensors.filter(({ name }) => !pattern.test(name));
    expect(largestError(runPrompt(path), new ReferenceTransformer(model.shape, kept))).toBeGreaterThan(BOUNDS.gk4);
  });
});

describe('GK4', () => {
  const shape: Partial<LlamaFamilyShape> = { width: 160, hidden: 1120, headWidth: 40 };

  /** The reference with the weights of the layers as a converted file has them. */
  function converted(name: string, options: RandomModelOptions) {
    const { path, model } = models.write(name, options);
    const output = models.path(`${name}-gk4`);
    const run = spawnSync(join(KERNELS_DIRECTORY, 'build/host/bin/graviton-engine-convert'), [path, output], {
      encoding: 'utf8',
    });
    expect(run).toMatchObject({ status: 0, stderr: '' });
    const bytes = readFileSync(output);
    const file = readGguf(bytes);
    const exchanged = model.tensors.filter(({ shape: lengths }) => lengths.length === 2).filter(isOfLayer);
    const weights = exchanged.map(({ name: tensor, shape: [k, n] }) => [
      tensor,
      decodeGk4(bytes.subarray(file.tensors.get(tensor)?.start), n, k),
    ]);
    return { path, output, file, model, reference: referenceWith(model.shape, model.tensors, weights) };
  }

  function isOfLayer({ name }: GgufTensor): boolean {
    return name.startsWith('blk.');
  }

  function referenceWith(of: LlamaFamilyShape, tensors: readonly GgufTensor[], weights: unknown[][]) {
    return new ReferenceTransformer(of, tensors, Object.fromEntries(weights) as Record<string, Float64Array>);
  }

  test.each(['llama', 'qwen2', 'qwen3'] as const)('a converted %s agrees with the reference', (architecture) => {
    const { output, reference } = converted(architecture, { shape: { ...shape, architecture }, type: 'Q8_0' });
    expect(largestError(runPrompt(output), reference)).toBeLessThan(BOUNDS.gk4);
  });

  test('converting at load gives the bits of converting ahead of time', () => {
    const { path, output } = converted('ahead', { shape, type: 'Q4_0' });
    const ahead = runPrompt(output);
    expect(runPrompt(path, ['--weights=gk4'])).toEqual(ahead);
    expect(runPrompt(path)).not.toEqual(ahead);
  });

  test('the converted file keeps everything else, and says what it is', () => {
    const { file, model } = converted('kept', { shape, type: 'BF16' });
    expect([...file.keys].sort()).toEqual(
      [...Object.keys(model.metadata), 'general.alignment', 'graviton.gk4.superblock'].sort(),
    );
    expect([...file.tensors.keys()]).toEqual(model.tensors.map(({ name }) => name));
    expect(file.tensors.get('token_embd.weight')).toMatchObject({ type: 30, shape: [160, SMALL_SHAPE.vocabulary] });
    expect(file.tensors.get('blk.0.ffn_down.weight')).toMatchObject({ type: 24, shape: [96_640] });
  });

  test('a converted file is not converted again', () => {
    const { output } = converted('twice', { shape });
    const program = join(KERNELS_DIRECTORY, 'build/host/bin/graviton-engine-convert');
    const run = spawnSync(program, [output, models.path('thrice')], { encoding: 'utf8' });
    expect(run.status).toBe(1);
    expect(run.stderr).toContain('GE_ERROR_UNSUPPORTED: the layers of the model are GK4 already');
  });
});
