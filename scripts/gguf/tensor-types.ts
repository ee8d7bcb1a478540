import { toBfloat16, toFloat16, fromFloat16 } from './float-formats';

/** How the values of a tensor are stored. Numbers: `enum ggml_type` of ggml 0.9. */
export interface TensorType {
  readonly name: string;
  readonly number: number;
  /** Values of a block; a row is whole blocks. */
  readonly blockLength: number;
  /** Bytes of a block. */
  readonly blockBytes: number;
  /** Writes one block of values. */
  encode(values: Float32Array, block: DataView): void;
}

function largest(values: Float32Array): number {
  return values.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(Math.round(value), least), most);
}

const F32: TensorType = {
  name: 'F32',
  number: 0,
  blockLength: 1,
  blockBytes: 4,
  encode: (values, block) => block.setFloat32(0, values[0], true),
};

const F16: TensorType = {
  name: 'F16',
  number: 1,
  blockLength: 1,
  blockBytes: 2,
  encode: (values, block) => block.setUint16(0, toFloat16(values[0]), true),
};

const BF16: TensorType = {
  name: 'BF16',
  number: 30,
  blockLength: 1,
  blockBytes: 2,
  encode: (values, block) => block.setUint16(0, toBfloat16(values[0]), true),
};

/** A binary16 scale, then 16 bytes: values 0..15 in the low nibbles, 16..31 in the high ones, each plus 8. */
const Q4_0: TensorType = {
  name: 'Q4_0',
  number: 2,
  blockLength: 32,
  blockBytes: 18,
  encode(values, block) {
    const scale = toFloat16(largest(values) / -8);
    const step = fromFloat16(scale);
    const code = (value: number) => (step === 0 ? 8 : clamp(value / step, -8, 7) + 8);
    block.setUint16(0, scale, true);
    for (let i = 0; i < 16; i++) {
      block.setUint8(2 + i, code(values[i]) | (code(values[16 + i]) << 4));
    }
  },
};

/** A binary16 scale, then 32 int8. */
const Q8_0: TensorType = {
  name: 'Q8_0',
  number: 8,
  blockLength: 32,
  blockBytes: 34,
  encode(values, block) {
    const scale = toFloat16(Math.abs(largest(values)) / 127);
    const step = fromFloat16(scale);
    block.setUint16(0, scale, true);
    values.forEach((value, i) => block.setInt8(2 + i, step === 0 ? 0 : clamp(value / step, -127, 127)));
  },
};

/**
 * 256 values of 6 bits: 128 bytes of low nibbles, 64 bytes of pairs of high bits, 16 int8 scales of 16 values each, and
 * a binary16 scale. Of each half of 128 values, four groups of 32 share bytes.
 */
const Q6_K: TensorType = {
  name: 'Q6_K',
  number: 14,
  blockLength: 256,
  blockBytes: 210,
  encode(values, block) {
    const steps = Array.from({ length: 16 }, (_, i) => largest(values.subarray(i * 16, i * 16 + 16)) / -32);
    const most = steps.reduce((sum, step) => Math.max(sum, Math.abs(step)), 0);
    const scale = fromFloat16(toFloat16(most / 127));
    block.setUint16(208, toFloat16(most / 127), true);
    const scales = steps.map((step) => (scale === 0 ? 0 : clamp(step / scale, -128, 127)));
    scales.forEach((value, i) => block.setInt8(192 + i, value));
    values.forEach((value, i) => {
      const step = scale * scales[i >> 4];
      const code = step === 0 ? 32 : clamp(value / step, -32, 31) + 32;
      const [half, group, at] = [i >> 7, (i >> 5) & 3, i & 31];
      const low = half * 64 + (group & 1) * 32 + at;
      const high = 128 + half * 32 + at;
      block.setUint8(low, block.getUint8(low) | ((code & 15) << (group < 2 ? 0 : 4)));
      block.setUint8(high, block.getUint8(high) | ((code >> 4) << (2 * group)));
    });
  },
};

export const TENSOR_TYPES = { F32, F16, BF16, Q4_0, Q8_0, Q6_K } as const;

export type TensorTypeName = keyof typeof TENSOR_TYPES;

/**
 * The bytes of values whose rows are whole blocks.
 *
 * @throws Error when the values are not whole blocks
 */
export function encodeTensor(type: TensorType, values: Float32Array): Uint8Array {
  if (values.length % type.blockLength !== 0) {
    throw new Error(`GGUF: ${values.length} values are no whole blocks of ${type.blockLength} (${type.name})`);
  }
  const bytes = new Uint8Array((values.length / type.blockLength) * type.blockBytes);
  for (let at = 0, block = 0; at < values.length; at += type.blockLength, block += type.blockBytes) {
    type.encode(values.subarray(at, at + type.blockLength), new DataView(bytes.buffer, block, type.blockBytes));
  }
  return bytes;
}
