import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bool, float32, int32, MetadataValue, text, uint32 } from '../../scripts/gguf/metadata';
import { GgufContent, GgufTensor, writeGguf } from '../../scripts/gguf/write-gguf';
import { KERNELS_DIRECTORY, makeKernels } from '../../scripts/kernels/kernel-build';
import { ModelFolder } from './engine-case';
import { randomModel } from './random-model';
import { floatsOf, runEngine } from './run-engine';

let models: ModelFolder;
beforeAll(() => {
  makeKernels(['engine-host']);
  models = new ModelFolder();
}, 300_000);
afterAll(() => models.remove());

/** How loading a file ends. */
function load(bytes: Uint8Array, options: readonly string[] = []) {
  const { status, answers } = runEngine(models.writeBytes('loaded', bytes), [], { options });
  return { exit: status, status: answers[0]?.status, error: answers[0]?.error };
}

function withMetadata(key: string, value: MetadataValue | undefined): GgufContent {
  const { metadata, tensors } = randomModel();
  const others = Object.entries(metadata).filter(([name]) => name !== key);
  return { tensors, metadata: Object.fromEntries(value ? [...others, [key, value]] : others) };
}

function withTensor(name: string, change: (tensor: GgufTensor) => GgufTensor | undefined): GgufContent {
  const { metadata, tensors } = randomModel();
  return { metadata, tensors: tensors.flatMap((tensor) => (tensor.name === name ? (change(tensor) ?? []) : [tensor])) };
}

describe('a file is refused with what is wrong', () => {
  const valid = writeGguf(randomModel());
  const patched = (at: number, value: number) => {
    const bytes = Buffer.from(valid);
    bytes.writeUInt32LE(value, at);
    return bytes;
  };
  test.each<[string, Uint8Array, string, RegExp]>([
    ['of another kind', Buffer.from('PK\x03\x04 and more'), 'GE_ERROR_FORMAT', /does not begin with 'GGUF'/],
    ['that is empty', Buffer.alloc(0), 'GE_ERROR_FILE', /is empty/],
    ['of version 1', patched(4, 1), 'GE_ERROR_FORMAT', /version 1; 2 and 3/],
    ['in big-endian order', patched(4, 0x03000000), 'GE_ERROR_FORMAT', /version 50331648/],
    ['with too many tensors', patched(8, 0xffffffff), 'GE_ERROR_FORMAT', /more than 65536/],
    ['cut in its header', valid.subarray(0, 500), 'GE_ERROR_FORMAT', /ends inside its header/],
    ['cut in its weights', valid.subarray(0, -1000), 'GE_ERROR_FORMAT', /past the end of the file/],
  ])('%s', (_, bytes, status, message) => {
    const result = load(bytes);
    expect(result).toMatchObject({ exit: 1, status });
    expect(result.error).toMatch(message);
  });

  test.each<[string, MetadataValue | undefined, string, RegExp]>([
    ['general.architecture', text('mamba'), 'GE_ERROR_UNSUPPORTED', /'mamba' is not known; llama, qwen2 and qwen3/],
    ['general.architecture', text('a\nb'), 'GE_ERROR_UNSUPPORTED', /'a\?b'/],
    ['general.architecture', undefined, 'GE_ERROR_FORMAT', /general.architecture is missing/],
    ['general.alignment', uint32(48), 'GE_ERROR_FORMAT', /no power of 2/],
    ['llama.block_count', undefined, 'GE_ERROR_FORMAT', /llama.block_count is missing/],
    ['llama.block_count', uint32(3), 'GE_ERROR_FORMAT', /'blk.2.attn_norm.weight' is missing/],
    ['llama.block_count', uint32(1), 'GE_ERROR_UNSUPPORTED', /21 tensors, of which .* uses 12/],
    ['llama.block_count', float32(2), 'GE_ERROR_FORMAT', /no whole number/],
    ['llama.embedding_length', uint32(96), 'GE_ERROR_FORMAT', /no matrix of rows of 96/],
    ['llama.feed_forward_length', uint32(64), 'GE_ERROR_FORMAT', /'blk.0.ffn_gate.weight' is 64 x 96/],
    ['llama.attention.head_count', uint32(0), 'GE_ERROR_FORMAT', /head_count is 0; 1\.\.131072/],
    ['llama.attention.head_count_kv', uint32(3), 'GE_ERROR_FORMAT', /no multiple of attention.head_count_kv/],
    ['llama.attention.key_length', uint32(12), 'GE_ERROR_UNSUPPORTED', /4 heads of 12 elements/],
    ['llama.attention.layer_norm_rms_epsilon', float32(NaN), 'GE_ERROR_FORMAT', /epsilon is no number in 0\.\.1/],
    ['llama.attention.layer_norm_rms_epsilon', undefined, 'GE_ERROR_FORMAT', /layer_norm_rms_epsilon is missing/],
    ['llama.rope.dimension_count', int32(-2), 'GE_ERROR_FORMAT', /no whole number/],
    ['llama.rope.dimension_count', uint32(7), 'GE_ERROR_FORMAT', /is odd/],
    ['llama.rope.scaling.type', text('yarn'), 'GE_ERROR_UNSUPPORTED', /'yarn' is not known; linear is/],
    ['llama.rope.scaling.attn_factor', float32(1.5), 'GE_ERROR_UNSUPPORTED', /attn_factor is 1\.5: RoPE that scales/],
    ['llama.attention.scale', float32(0.5), 'GE_ERROR_UNSUPPORTED', /attention.scale is 0\.5/],
    ['llama.attention.causal', bool(false), 'GE_ERROR_UNSUPPORTED', /attention.causal is false/],
    ['llama.attention.causal', uint32(0), 'GE_ERROR_FORMAT', /attention.causal is not true or false/],
    ['llama.expert_count', uint32(8), 'GE_ERROR_UNSUPPORTED', /a mixture of experts/],
    ['llama.logit_scale', text('1'), 'GE_ERROR_FORMAT', /logit_scale is not a number/],
    ['split.count', int32(3), 'GE_ERROR_UNSUPPORTED', /split into 3 files; join them/],
  ])('whose %s is %j', (key, value, status, message) => {
    const result = load(writeGguf(withMetadata(key, value)));
    expect(result).toMatchObject({ exit: 1, status });
    expect(result.error).toMatch(message);
  });

  test('unless the key changes nothing', () => {
    const neutral = { 'llama.expert_count': uint32(0), 'llama.rope.scaling.attn_factor': float32(1) };
    const others = { 'llama.logit_scale': float32(1), 'llama.attention.causal': bool(true), 'split.count': int32(1) };
    const { metadata, tensors } = randomModel();
    expect(load(writeGguf({ metadata: { ...metadata, ...neutral, ...others }, tensors })).exit).toBe(0);
  });

  test.each<[string, string, (tensor: GgufTensor) => GgufTensor | undefined, string, RegExp]>([
    ['is missing', 'blk.1.ffn_up.weight', () => undefined, 'GE_ERROR_FORMAT', /'blk.1.ffn_up.weight' is missing/],
    [
      'is not known',
      'output.weight',
      (tensor) => ({ ...tensor, name: 'output_extra.weight' }),
      'GE_ERROR_UNSUPPORTED',
      /model of another kind/,
    ],
    [
      'occurs twice',
      'blk.1.ffn_up.weight',
      (tensor) => ({ ...tensor, name: 'blk.0.ffn_up.weight' }),
      'GE_ERROR_FORMAT',
      /occurs twice/,
    ],
    [
      'has another type',
      'blk.0.attn_q.weight',
      (tensor) => ({ ...tensor, type: 12 }),
      'GE_ERROR_UNSUPPORTED',
      /'blk.0.attn_q.weight' is of ggml type 12; F32, F16, BF16, Q4_0, Q8_0, Q6_K and GK4/,
    ],
    [
      'is no whole blocks',
      'blk.0.attn_q.weight',
      (tensor) => ({ ...tensor, type: 8, shape: [40, 64] }),
      'GE_ERROR_FORMAT',
      /not whole blocks/,
    ],
    [
      'has too many elements',
      'blk.0.attn_q.weight',
      (tensor) => ({ ...tensor, shape: [2 ** 40, 2 ** 40] }),
      'GE_ERROR_FORMAT',
      /more than 2\^48 elements/,
    ],
    [
      'is GK4 of no size',
      'blk.0.attn_q.weight',
      (tensor) => ({ ...tensor, type: 24, shape: [100] }),
      'GE_ERROR_UNSUPPORTED',
      /graviton.gk4.superblock is not 512/,
    ],
  ])('one of whose tensors %s', (_, name, change, status, message) => {
    const result = load(writeGguf(withTensor(name, change)));
    expect(result).toMatchObject({ exit: 1, status });
    expect(result.error).toMatch(message);
  });

  test('whose weights are no numbers, when they are to be quantised', () => {
    const bytes = writeGguf(
      withTensor('blk.1.ffn_down.weight', (tensor) => {
        const values = Uint8Array.from(tensor.bytes);
        values.fill(0xff, 0, 4);
        return { ...tensor, bytes: values };
      }),
    );
    expect(load(bytes, ['--weights=gk4']).error).toMatch(/'blk.1.ffn_down.weight' holds a weight that is no number/);
  });

  test('that is a pipe, without waiting for a writer', () => {
    const pipe = models.path('pipe');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    const program = join(KERNELS_DIRECTORY, 'build/host/bin/graviton-engine-run');
    const { stdout, signal } = spawnSync(program, [pipe], { encoding: 'utf8', timeout: 20_000 });
    expect(signal).toBeNull();
    expect(stdout).toContain('no regular file');
  });

  test('that is not there', () => {
    const { answers } = runEngine(models.path('none'), []);
    expect(answers[0]).toMatchObject({ status: 'GE_ERROR_FILE', error: expect.stringContaining('No such file') });
  });
});

test('a NaN in one request ends it, and reaches no other', () => {
  const { metadata, tensors, shape } = randomModel();
  // The embedding of token 5 is NaN.
  const spoiled = tensors.map((tensor) => {
    if (tensor.name !== 'token_embd.weight') {
      return tensor;
    }
    const bytes = Uint8Array.from(tensor.bytes);
    bytes.fill(0xff, 5 * shape.width * 4, 5 * shape.width * 4 + 4);
    return { ...tensor, bytes };
  });
  const path = models.writeBytes('spoiled', writeGguf({ metadata, tensors: spoiled }));
  const good = 'submit 1 max_tokens=4 bias=5:-inf tokens=1,2,3';
  const alone = runEngine(path, ['open', 'open', good, 'run', 'take 1']).answers.at(-1);
  const { answers } = runEngine(path, [
    ...['open', 'open', 'submit 0 max_tokens=4 tokens=1,5,3', good, 'run', 'take 1', 'take 0'],
    // What the same slot computes afterwards is as good as new.
    ...['rewind 0 1', 'submit 0 max_tokens=4 bias=5:-inf tokens=2,3', 'run', 'take 0'],
  ]);
  expect(alone?.tokens).toHaveLength(4);
  expect(answers[5]).toEqual(alone);
  expect(answers[6]).toMatchObject({ finish: 'not_numbers', tokens: [] });
  expect(answers[10]).toEqual(alone);
  const embedded = ['open', 'submit 0 max_tokens=0 pooling=1 tokens=1,5,3', 'run', 'embedding 0'];
  expect(runEngine(path, embedded).answers.at(-1)).toMatchObject({
    error: 'the embedding of slot 0 is no finite number',
  });
  // Nor does it matter that nothing was to be drawn, or that the prompt was not computed to its end.
  const again = ['rewind 0 1', 'submit 0 max_tokens=4 bias=5:-inf tokens=2,3', 'run', 'take 0'];
  const undrawn = ['open', 'submit 0 max_tokens=0 tokens=1,5,3', 'run', ...again];
  const cancelled = ['open', 'submit 0 max_tokens=4 tokens=1,5,3,4', 'step', 'cancel 0', ...again];
  expect(runEngine(path, undrawn).answers.at(-1)).toEqual(alone);
  expect(runEngine(path, cancelled, { options: ['--batch-tokens=4', '--slots=1'] }).answers.at(-1)).toEqual(alone);
  expect(runEngine(path, cancelled, { options: ['--batch-tokens=2', '--slots=1'] }).answers.at(-1)).toEqual(alone);
});

test.each([1, -1])('an infinite logit ends its request: times %i', (sign) => {
  const { metadata, tensors, shape } = randomModel();
  const huge = tensors.map((tensor) => {
    const values = new Float32Array(Uint8Array.from(tensor.bytes).buffer);
    if (tensor.name === 'output_norm.weight') {
      values.fill(1e30);
    } else if (tensor.name === 'output.weight') {
      // Of token 5 alone: infinite of one sign or the other, by that of one number of the hidden state.
      values.fill(0, 5 * shape.width, 6 * shape.width);
      values[5 * shape.width] = sign * 1e30;
    }
    return { ...tensor, bytes: new Uint8Array(values.buffer) };
  });
  const path = models.writeBytes(`huge-${sign}`, writeGguf({ metadata, tensors: huge }));
  const { answers } = runEngine(path, ['open', 'submit 0 max_tokens=1 tokens=1,2', 'run', 'logits 0', 'take 0']);
  const logits = floatsOf(answers[3].logits);
  expect(Math.abs(logits[5])).toBe(Infinity);
  expect(logits.filter((logit) => Number.isFinite(logit))).toHaveLength(shape.vocabulary - 1);
  expect(answers[4]).toMatchObject({ finish: 'not_numbers', tokens: [] });
});
