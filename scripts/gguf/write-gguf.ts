import { MetadataValue, text } from './metadata';

/** A tensor as it is written. */
export interface GgufTensor {
  readonly name: string;
  /** Number of the type, see `TENSOR_TYPES`. */
  readonly type: number;
  /** The length of a row first, as GGUF has it. */
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export interface GgufContent {
  readonly metadata: Readonly<Record<string, MetadataValue>>;
  readonly tensors: readonly GgufTensor[];
  /** Bytes at whose multiples tensors begin. Default: 32, which the file then does not say. */
  readonly alignment?: number;
}

const VERSION = 3;
const DEFAULT_ALIGNMENT = 32;

function integer(value: number, bytes: 4 | 8): Buffer {
  const buffer = Buffer.alloc(bytes);
  if (bytes === 4) {
    buffer.writeUInt32LE(value);
  } else {
    buffer.writeBigUInt64LE(BigInt(value));
  }
  return buffer;
}

function padding(length: number, alignment: number): Buffer {
  return Buffer.alloc((alignment - (length % alignment)) % alignment);
}

/**
 * The bytes of a GGUF file of version 3.
 * Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (read 2026-11-23).
 */
export function writeGguf({ metadata, tensors, alignment = DEFAULT_ALIGNMENT }: GgufContent): Buffer {
  const entries = Object.entries(metadata);
  const infos: Buffer[] = [];
  const data: Buffer[] = [];
  let offset = 0;
  for (const { name, type, shape, bytes } of tensors) {
    infos.push(
      Buffer.concat([
        text(name).bytes,
        integer(shape.length, 4),
        ...shape.map((length) => integer(length, 8)),
        integer(type, 4),
        integer(offset, 8),
      ]),
    );
    const padded = Buffer.concat([bytes, padding(bytes.length, alignment)]);
    data.push(padded);
    offset += padded.length;
  }
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    integer(VERSION, 4),
    integer(tensors.length, 8),
    integer(entries.length, 8),
    ...entries.map(([key, { type, bytes }]) => Buffer.concat([text(key).bytes, integer(type, 4), bytes])),
    ...infos,
  ]);
  return Buffer.concat([head, padding(head.length, alignment), ...data]);
}
