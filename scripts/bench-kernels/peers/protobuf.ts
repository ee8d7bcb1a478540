/** One field of a Protocol Buffers message, as it lies on the wire. */
export type Field = Buffer;

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}

/** A non-negative whole number below 2^53. */
export function integer(field: number, value: number): Field {
  return Buffer.concat([varint(field * 8), varint(value)]);
}

export function float(field: number, value: number): Field {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([varint(field * 8 + 5), bytes]);
}

export function bytes(field: number, value: Uint8Array): Field {
  return Buffer.concat([varint(field * 8 + 2), varint(value.length), value]);
}

export function text(field: number, value: string): Field {
  return bytes(field, Buffer.from(value));
}

export function message(field: number, ...fields: readonly Field[]): Field {
  return bytes(field, Buffer.concat(fields));
}
