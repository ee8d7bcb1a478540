import { HeaderCursor, ModelFileError } from './header-cursor';

/** A value of the metadata; null for arrays, of which none decides memory, undefined for long texts. */
export type MetadataValue = number | string | null | undefined;

export interface GgufTensor {
  readonly name: string;
  /** The length of a row first. */
  readonly shape: readonly number[];
  /** As ggml numbers them. */
  readonly type: number;
  /** Bytes from the beginning of the tensors' part. */
  readonly offset: number;
}

export interface GgufHeader {
  readonly metadata: ReadonlyMap<string, MetadataValue>;
  readonly tensors: readonly GgufTensor[];
  /** Where the tensors' bytes begin. */
  readonly dataStart: number;
}

/** As the engine has them: kernels/engine/gguf. */
const ENTRIES_MAX = 65_536;
const NAME_MAX = 1024;
const TEXT_MAX = 4096;
const NESTING_MAX = 4;
const DEFAULT_ALIGNMENT = 32;
const ALIGNMENT_MAX = 2 ** 20;
const ELEMENTS_MAX = 2 ** 48;

const STRING = 8;
const ARRAY = 9;

/** Bytes of a number or bool by its type. Source: docs/gguf.md of ggml. */
const TYPE_BYTES: Readonly<Record<number, number>> = {
  ...{ 0: 1, 1: 1, 7: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4 },
  ...{ 10: 8, 11: 8, 12: 8 },
};

/** @throws ModelFileError when the file is no GGUF file of version 2 or 3, or its header is damaged */
export function readGgufHeader(cursor: HeaderCursor): GgufHeader {
  if (cursor.size < 24 || cursor.take(4).toString('latin1') !== 'GGUF') {
    throw new ModelFileError("a file that does not begin with 'GGUF'");
  }
  const version = cursor.uint32();
  if (version !== 2 && version !== 3) {
    throw new ModelFileError(`GGUF of version ${version}`);
  }
  const [tensorCount, entryCount] = [cursor.uint64(), cursor.uint64()];
  if (tensorCount > ENTRIES_MAX || entryCount > ENTRIES_MAX) {
    throw new ModelFileError(`${tensorCount} tensors and ${entryCount} keys`);
  }
  const metadata = readMetadata(cursor, entryCount);
  const tensors = Array.from({ length: tensorCount }, () => readTensor(cursor));
  const alignment = alignmentOf(metadata);
  return { metadata, tensors, dataStart: Math.ceil(cursor.at / alignment) * alignment };
}

function readMetadata(cursor: HeaderCursor, count: number): Map<string, MetadataValue> {
  const metadata = new Map<string, MetadataValue>();
  for (let entry = 0; entry < count; entry++) {
    const key = cursor.text(NAME_MAX);
    if (metadata.has(key)) {
      throw new ModelFileError(`the key ${JSON.stringify(key)} twice`);
    }
    metadata.set(key, readValue(cursor, cursor.uint32()));
  }
  return metadata;
}

function readValue(cursor: HeaderCursor, type: number): MetadataValue {
  if (type === ARRAY) {
    skipArray(cursor, 0);
    return null;
  }
  if (type === STRING) {
    const length = cursor.uint64();
    if (length > TEXT_MAX) {
      // A chat template, for example: nothing that is asked for here.
      cursor.skip(length);
      return undefined;
    }
    return cursor.take(length).toString('utf8');
  }
  return numberOf(cursor.take(bytesOfType(type)), type);
}

function skipArray(cursor: HeaderCursor, depth: number): void {
  const [type, count] = [cursor.uint32(), cursor.uint64()];
  if (type === ARRAY) {
    if (depth === NESTING_MAX) {
      throw new ModelFileError(`arrays deeper than ${NESTING_MAX} within arrays`);
    }
    for (let index = 0; index < count; index++) {
      skipArray(cursor, depth + 1);
    }
  } else if (type === STRING) {
    for (let index = 0; index < count; index++) {
      cursor.skip(cursor.uint64());
    }
  } else {
    cursor.skip(count * bytesOfType(type));
  }
}

function bytesOfType(type: number): number {
  const bytes = TYPE_BYTES[type];
  if (bytes === undefined) {
    throw new ModelFileError(`metadata of type ${type}`);
  }
  return bytes;
}

function numberOf(bytes: Buffer, type: number): number {
  switch (type) {
    case 1:
      return bytes.readInt8();
    case 2:
      return bytes.readUInt16LE();
    case 3:
      return bytes.readInt16LE();
    case 4:
      return bytes.readUInt32LE();
    case 5:
      return bytes.readInt32LE();
    case 6:
      return bytes.readFloatLE();
    case 10:
      return Number(bytes.readBigUInt64LE());
    case 11:
      return Number(bytes.readBigInt64LE());
    case 12:
      return bytes.readDoubleLE();
    default:
      return bytes.readUInt8();
  }
}

function readTensor(cursor: HeaderCursor): GgufTensor {
  const name = cursor.text(NAME_MAX);
  const dimensions = cursor.uint32();
  if (dimensions < 1 || dimensions > 4) {
    throw new ModelFileError(`the tensor ${JSON.stringify(name)} of ${dimensions} dimensions`);
  }
  const shape = Array.from({ length: dimensions }, () => cursor.uint64());
  if (shape.some((length) => length === 0) || shape.reduce((product, length) => product * length) > ELEMENTS_MAX) {
    throw new ModelFileError(`the tensor ${JSON.stringify(name)} of ${shape.join(' x ')} elements`);
  }
  return { name, shape, type: cursor.uint32(), offset: cursor.uint64() };
}

function alignmentOf(metadata: ReadonlyMap<string, MetadataValue>): number {
  const alignment = metadata.get('general.alignment') ?? DEFAULT_ALIGNMENT;
  if (typeof alignment !== 'number' || alignment < 8 || alignment > ALIGNMENT_MAX || !isPowerOfTwo(alignment)) {
    throw new ModelFileError(`general.alignment ${alignment}`);
  }
  return alignment;
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(Math.log2(value));
}
