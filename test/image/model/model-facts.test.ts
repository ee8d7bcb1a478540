import * as fs from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ModelFacts, ModelFactsOptions, WeightType } from '../../../lib';
import { encodePlanned, LlamaFamilyShape, planTensors, shapeMetadata } from '../../../scripts/gguf/llama-family';
import { MetadataValue, text, uint32 } from '../../../scripts/gguf/metadata';
import { TensorTypeName } from '../../../scripts/gguf/tensor-types';
import { writeGguf } from '../../../scripts/gguf/write-gguf';
import { errorOf, problemsOf } from '../../support/config-error';
import { LLAMA_8B } from '../../support/model-app';
import { useScratchDirectory } from '../../support/scratch-directory';

const scratch = useScratchDirectory();

const SHAPE: LlamaFamilyShape = {
  ...{ architecture: 'llama', layers: 2, width: 256, hidden: 512, heads: 4, kvHeads: 2, headWidth: 64 },
  ...{ vocabulary: 300, contextLength: 4096, ropeBase: 10_000, epsilon: 1e-5 },
};

interface FileOptions {
  readonly shape?: Partial<LlamaFamilyShape>;
  readonly type?: TensorTypeName;
  readonly metadata?: Record<string, MetadataValue>;
  readonly tied?: boolean;
}

function bytesOf({ shape, type = 'Q8_0', metadata, tied = false }: FileOptions = {}): Buffer {
  const whole = { ...SHAPE, ...shape };
  const tensors = planTensors(whole, tied).map((plan) =>
    encodePlanned(plan, new Float32Array(plan.rows * plan.columns), type),
  );
  return writeGguf({ metadata: { ...shapeMetadata(whole), ...metadata }, tensors });
}

function fileOf(bytes: Uint8Array): string {
  const file = scratch();
  fs.writeFileSync(file, bytes);
  return file;
}

const given = (weights: WeightType, more: Partial<ModelFactsOptions> = {}): ModelFactsOptions => ({
  ...{ layers: SHAPE.layers, embeddingLength: SHAPE.width, feedForwardLength: SHAPE.hidden, heads: SHAPE.heads },
  ...{ keyValueHeads: SHAPE.kvHeads, vocabulary: SHAPE.vocabulary, contextLength: SHAPE.contextLength, weights },
  ...more,
});

describe('the header of a file', () => {
  test.each<[TensorTypeName, WeightType]>([
    ['F32', WeightType.F32],
    ['F16', WeightType.F16],
    ['BF16', WeightType.BF16],
    ['Q8_0', WeightType.Q8_0],
    ['Q4_0', WeightType.Q4_0],
    ['Q6_K', WeightType.Q6_K],
  ])('in %s says what the figures of its model card say', (type, weights) => {
    for (const tied of [false, true]) {
      const file = fileOf(bytesOf({ type, tied }));
      const read = ModelFacts.fromFile(file);
      const card = ModelFacts.of(given(weights, { tiedEmbeddings: tied }));
      expect(read._shape).toEqual(card._shape);
      expect({ ...read._bytes, file: 0 }).toEqual({ ...card._bytes, file: 0 });
      expect(read.fileBytes).toBe(fs.statSync(file).size);
      expect(card.fileBytes).toBeGreaterThanOrEqual(read.fileBytes * 0.99);
      expect(card.fileBytes).toBeLessThan(read.fileBytes * 1.1 + 80 * SHAPE.vocabulary);
    }
  });

  test('ends the context where a sliding window does', () => {
    expect(ModelFacts.fromFile(fileOf(bytesOf({ shape: { slidingWindow: 1024 } }))).contextLength).toBe(1024);
    expect(ModelFacts.fromFile(fileOf(bytesOf({ shape: { slidingWindow: 0 } }))).contextLength).toBe(4096);
  });

  test.each<[string, () => Uint8Array, RegExp]>([
    ['another kind of file', () => Buffer.from('{"a": 1, "and": "more of the same"}'), /does not begin with 'GGUF'/],
    ['nothing', () => Buffer.alloc(0), /does not begin with 'GGUF'/],
    ['half a header', () => bytesOf().subarray(0, 300), /ends inside its header/],
    ['half a copy', () => bytesOf().subarray(0, -1), /ends inside the tensor/],
    ['another version', () => Buffer.concat([Buffer.from('GGUF\x09\0\0\0'), Buffer.alloc(40)]), /GGUF of version 9/],
    ['another architecture', () => bytesOf({ metadata: { 'general.architecture': text('gemma3') } }), /"gemma3"/],
    ['a figure too large', () => bytesOf({ metadata: { 'llama.block_count': uint32(5000) } }), /layers 5000/],
    ['a text for a figure', () => bytesOf({ metadata: { 'llama.block_count': text('two') } }), /block_count as "two"/],
    ['I8 that is no GK4', () => retyped(24), /type I8 \(token_embd.weight\) that are no GK4/],
    ['a type that the engine does not run', () => retyped(12), /weights of type Q4_K \(token_embd.weight\)/],
  ])('of %s is refused, with what to do', (_, bytes, reason) => {
    const [{ got, fix }] = problemsOf(() => ModelFacts.fromFile(fileOf(bytes())));
    expect(got).toMatch(reason);
    expect(fix).toContain('llama-quantize');
  });

  test('is refused where there is no file', () => {
    expect(problemsOf(() => ModelFacts.fromFile('/nowhere/model.gguf'))[0].got).toBe('no /nowhere/model.gguf');
    expect(problemsOf(() => ModelFacts.fromFile('/'))[0].got).toBe('no regular file');
  });

  test('may be damaged in any way: it is read or refused, and nothing else', () => {
    const whole = bytesOf({ metadata: { 'tokenizer.note': text('x'.repeat(50)) } });
    const damage = fc.array(fc.record({ at: fc.nat(2500), byte: fc.nat(255) }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(damage, fc.option(fc.nat(whole.length)), (changes, cut) => {
        const bytes = Buffer.from(whole);
        changes.forEach(({ at, byte }) => (bytes[at % bytes.length] = byte));
        const file = fileOf(bytes.subarray(0, cut ?? undefined));
        try {
          expect(ModelFacts.fromFile(file).contextLength).toBeGreaterThan(0);
        } catch (error) {
          expect((error as Error).name).toBe('FleetConfigError');
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** A file whose embedding says that it is of another type. */
function retyped(type: number): Uint8Array {
  const tensors = planTensors(SHAPE, false).map((plan) =>
    encodePlanned(plan, new Float32Array(plan.rows * plan.columns), 'F32'),
  );
  const changed = tensors.map((tensor) => (tensor.name === 'token_embd.weight' ? { ...tensor, type } : tensor));
  return writeGguf({ metadata: shapeMetadata(SHAPE), tensors: changed });
}

describe('the figures of a model card', () => {
  test('give the size of a file by hand, and a little more', () => {
    // 6.979 thousand million weights of layers at 4.5 bits, and twice 128,256 x 4096 at 6.5625.
    const weights = (6.979e9 * 4.5 + 2 * 128_256 * 4096 * 6.5625) / 8;
    const { fileBytes, contextLength } = ModelFacts.of(LLAMA_8B);
    expect(fileBytes / weights).toBeGreaterThan(1.005);
    expect(fileBytes / weights).toBeLessThan(1.02);
    expect(contextLength).toBe(131_072);
  });

  test('are refused all at once', () => {
    const wrong = { ...LLAMA_8B, layers: 0, vocabulary: 1.5, outputWeights: WeightType.GK4 };
    expect(problemsOf(() => ModelFacts.of(wrong)).map(({ what }) => what)).toEqual([
      ...['layers', 'vocabulary', 'outputWeights'],
    ]);
    const heads = { ...LLAMA_8B, keyValueHeads: 5, headLength: 100 };
    expect(problemsOf(() => ModelFacts.of(heads)).map(({ what }) => what)).toEqual(['keyValueHeads', 'headLength']);
    expect(errorOf(() => ModelFacts.of({ ...LLAMA_8B, heads: 33 })).message).toContain('headLength');
  });
});
