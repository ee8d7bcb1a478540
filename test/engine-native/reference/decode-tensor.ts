import { GgufTensor } from '../../../scripts/gguf/write-gguf';

/** IEEE 754 binary16 by its definition. */
function half(bits: number): number {
  const sign = bits >= 0x8000 ? -1 : 1;
  const exponent = (bits % 0x8000) >> 10;
  const fraction = (bits % 1024) / 1024;
  return sign * (exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15));
}

type Decode = (view: DataView, block: number, index: number) => number;

/** Values of a block, its bytes, and one value of it; written from ggml-common.h, apart from the writer and the engine. */
const decoders: Readonly<Record<number, readonly [number, number, Decode]>> = {
  0: [1, 4, (view, at) => view.getFloat32(at, true)],
  1: [1, 2, (view, at) => half(view.getUint16(at, true))],
  2: [
    32,
    18,
    (view, at, i) => {
      const byte = view.getUint8(at + 2 + (i % 16));
      return half(view.getUint16(at, true)) * ((i < 16 ? byte % 16 : byte >> 4) - 8);
    },
  ],
  8: [32, 34, (view, at, i) => half(view.getUint16(at, true)) * view.getInt8(at + 2 + i)],
  14: [
    256,
    210,
    (view, at, i) => {
      const inHalf = i % 128;
      const low = view.getUint8(at + (i < 128 ? 0 : 64) + (inHalf % 64));
      const high = view.getUint8(at + 128 + (i < 128 ? 0 : 32) + (inHalf % 32));
      const nibble = inHalf < 64 ? low % 16 : low >> 4;
      const pair = Math.floor(high / 4 ** Math.floor(inHalf / 32)) % 4;
      const scale = half(view.getUint16(at + 208, true)) * view.getInt8(at + 192 + Math.floor(i / 16));
      return scale * (nibble + 16 * pair - 32);
    },
  ],
  30: [
    1,
    2,
    (view, at) => {
      const wide = new DataView(new ArrayBuffer(4));
      wide.setUint16(0, view.getUint16(at, true));
      return wide.getFloat32(0);
    },
  ],
};

/** All values of a tensor, row after row. */
export function decodeTensor({ type, bytes }: GgufTensor): Float64Array {
  const [length, size, decode] = decoders[type];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: (bytes.length / size) * length }, (_, i) =>
    decode(view, Math.floor(i / length) * size, i % length),
  );
}
