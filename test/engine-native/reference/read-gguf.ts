/** What the tests look at in a file that the engine's converter wrote. */
export interface ReadGguf {
  readonly keys: readonly string[];
  readonly tensors: ReadonlyMap<string, { type: number; shape: number[]; start: number }>;
}

const SIZES: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };

/** Reads a GGUF file, written from its specification and apart from the engine; arrays of arrays are not expected. */
export function readGguf(bytes: Buffer): ReadGguf {
  let at = 0;
  const u32 = () => bytes.readUInt32LE((at += 4) - 4);
  const u64 = () => Number(bytes.readBigUInt64LE((at += 8) - 8));
  const text = () => {
    const length = u64();
    return bytes.toString('utf8', at, (at += length));
  };
  const skip = (type: number, count: number) => {
    for (let i = 0; i < count; i++) {
      const length = type === 8 ? u64() : SIZES[type];
      at += length;
    }
  };
  at = 8;
  const [tensorCount, keyCount] = [u64(), u64()];
  let alignment = 32;
  const keys = Array.from({ length: keyCount }, () => {
    const key = text();
    const type = u32();
    if (key === 'general.alignment') {
      alignment = bytes.readUInt32LE(at);
    }
    if (type === 9) {
      const element = u32();
      skip(element, u64());
    } else {
      skip(type, 1);
    }
    return key;
  });
  const infos = Array.from({ length: tensorCount }, () => {
    const name = text();
    const shape = Array.from({ length: u32() }, u64);
    return { name, shape, type: u32(), offset: u64() };
  });
  const data = Math.ceil(at / alignment) * alignment;
  return {
    keys,
    tensors: new Map(infos.map(({ name, shape, type, offset }) => [name, { type, shape, start: data + offset }])),
  };
}
