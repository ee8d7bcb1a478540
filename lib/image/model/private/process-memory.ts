import { ModelShape } from './model-shape';

/** Tokens of a page of the KV cache, and of a batch: kernels/include/graviton_kernels/attention.h, server/engine. */
const PAGE_TOKENS = 256;
const BATCH_TOKENS = 512;

const MIB = 2 ** 20;

/**
 * Memory of the server itself beside weights, cache and buffers. Measured 2026-11-23 on x86-64 with Node.js 20 and the
 * example model: 74 MiB resident after start, 76 MiB after eight requests at a time. The rest is room for V8's heap, the
 * stacks of the threads and the bodies of requests.
 */
const SERVER_BYTES = 192 * MIB;

/** Of the tokenizer and of a slot's counts, for each token of the vocabulary. Estimated from their structs, high. */
const TOKENIZER_BYTES_PER_TOKEN = 256;
const SLOT_BYTES_PER_TOKEN = 32;

/**
 * Bytes of the KV cache of a process when every slot is full: keys and values in bf16, in whole pages.
 */
export function cacheBytes(shape: ModelShape, slots: number, contextLength: number): number {
  const { layers, keyValueHeads, headLength } = shape;
  const tokens = Math.ceil(contextLength / PAGE_TOKENS) * PAGE_TOKENS;
  return 2 * layers * keyValueHeads * headLength * 2 * tokens * slots;
}

/**
 * Bytes of a process beside its weights and its KV cache: the server, and the engine's buffers for a batch as
 * kernels/engine/model/forward_buffers.c cuts them.
 */
export function overheadBytes(shape: ModelShape, slots: number, contextLength: number, threads: number): number {
  const { embeddingLength: width, feedForwardLength: hidden, heads, keyValueHeads, headLength, vocabulary } = shape;
  const rows = Math.max(BATCH_TOKENS, slots);
  const [queries, keys] = [heads * headLength, keyValueHeads * headLength];
  const widest = Math.max(width, hidden, queries);
  const floats = 2 * width + 2 * queries + 2 * keys + 2 * hidden + headLength;
  // An operand in bf16, one in int8 with scales for each 32, one with scales for each 512.
  const operands = rows * widest * (2 + 1.125 + 1.03);
  const group = heads / keyValueHeads;
  const attention = 2 * 16 * group * headLength * 4 + 8 * widest * 1.03;
  const parts = 2 * group * (headLength + 2) * 4 * Math.ceil(contextLength / PAGE_TOKENS);
  return Math.ceil(
    SERVER_BYTES +
      rows * floats * 4 +
      operands +
      slots * ((width + vocabulary) * 4 + vocabulary * SLOT_BYTES_PER_TOKEN + contextLength * 16) +
      threads * (attention + parts) +
      vocabulary * TOKENIZER_BYTES_PER_TOKEN,
  );
}
