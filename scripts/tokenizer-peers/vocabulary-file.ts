import { writeFileSync } from 'node:fs';

/** A vocabulary in the words of GGUF's `tokenizer.ggml.*` keys; what is undefined is left out of the file. */
export interface Vocabulary {
  readonly model: string;
  readonly pre?: string;
  readonly tokens: readonly string[];
  readonly types?: readonly number[];
  readonly scores?: readonly number[];
  readonly merges?: readonly string[];
  readonly bos?: number;
  readonly eos?: number;
  readonly eot?: number;
  readonly unknown?: number;
  readonly addBos?: boolean;
  readonly addEos?: boolean;
  readonly addSpacePrefix?: boolean;
}

/** Numbers of the types of metadata, https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (read 2026-11-23). */
const TYPES = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9 } as const;
type ScalarType = Exclude<keyof typeof TYPES, 'array'>;
type Scalar = string | number | boolean;

function number32(value: number, type: 'uint32' | 'int32' | 'float32'): Buffer {
  const bytes = Buffer.alloc(4);
  if (type === 'float32') {
    bytes.writeFloatLE(value);
  } else if (type === 'int32') {
    bytes.writeInt32LE(value);
  } else {
    bytes.writeUInt32LE(value);
  }
  return bytes;
}

function count64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([count64(bytes.length), bytes]);
}

function scalar(value: Scalar, type: ScalarType): Buffer {
  if (type === 'string') {
    return text(String(value));
  }
  return type === 'bool' ? Buffer.from([value ? 1 : 0]) : number32(Number(value), type);
}

function entry(key: string, type: ScalarType, value: Scalar | readonly Scalar[] | undefined): Buffer[] {
  if (value === undefined) {
    return [];
  }
  if (!Array.isArray(value)) {
    return [Buffer.concat([text(key), number32(TYPES[type], 'uint32'), scalar(value as Scalar, type)])];
  }
  const head = [text(key), number32(TYPES.array, 'uint32'), number32(TYPES[type], 'uint32'), count64(value.length)];
  return [Buffer.concat([...head, ...value.map((element: Scalar) => scalar(element, type))])];
}

/** Writes a GGUF file, version 3, with a tokenizer and no tensors. */
export function writeVocabularyFile(path: string, vocabulary: Vocabulary): void {
  const entries = [
    entry('general.architecture', 'string', 'llama'),
    entry('tokenizer.ggml.model', 'string', vocabulary.model),
    entry('tokenizer.ggml.pre', 'string', vocabulary.pre),
    entry('tokenizer.ggml.tokens', 'string', vocabulary.tokens),
    entry('tokenizer.ggml.token_type', 'int32', vocabulary.types),
    entry('tokenizer.ggml.scores', 'float32', vocabulary.scores),
    entry('tokenizer.ggml.merges', 'string', vocabulary.merges),
    entry('tokenizer.ggml.bos_token_id', 'uint32', vocabulary.bos),
    entry('tokenizer.ggml.eos_token_id', 'uint32', vocabulary.eos),
    entry('tokenizer.ggml.eot_token_id', 'uint32', vocabulary.eot),
    entry('tokenizer.ggml.unknown_token_id', 'uint32', vocabulary.unknown),
    entry('tokenizer.ggml.add_bos_token', 'bool', vocabulary.addBos),
    entry('tokenizer.ggml.add_eos_token', 'bool', vocabulary.addEos),
    entry('tokenizer.ggml.add_space_prefix', 'bool', vocabulary.addSpacePrefix),
  ].flat();
  const head = [Buffer.from('GGUF'), number32(3, 'uint32'), count64(0), count64(entries.length)];
  writeFileSync(path, Buffer.concat([...head, ...entries]));
}
