/** One value of the metadata, as it is written. */
export interface MetadataValue {
  /** Number of the type, by the GGUF specification. */
  readonly type: number;
  readonly bytes: Uint8Array;
}

function number(type: number, size: number, write: (view: DataView) => void): MetadataValue {
  const bytes = new Uint8Array(size);
  write(new DataView(bytes.buffer));
  return { type, bytes };
}

export const uint32 = (value: number) => number(4, 4, (view) => view.setUint32(0, value, true));
export const int32 = (value: number) => number(5, 4, (view) => view.setInt32(0, value, true));
export const float32 = (value: number) => number(6, 4, (view) => view.setFloat32(0, value, true));
export const uint64 = (value: bigint) => number(10, 8, (view) => view.setBigUint64(0, value, true));
export const bool = (value: boolean) => number(7, 1, (view) => view.setUint8(0, value ? 1 : 0));

/** A text in UTF-8, or bytes that are none. */
export function text(value: string | Uint8Array): MetadataValue {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return { type: 8, bytes: Buffer.concat([length, bytes]) };
}

/**
 * An array of values of one type, which is GGUF's number of it; an array of nothing has to be given it.
 *
 * @throws Error when the types differ, or none is known
 */
export function array(values: readonly MetadataValue[], type = values[0]?.type): MetadataValue {
  if (type === undefined || values.some((value) => value.type !== type)) {
    throw new Error('GGUF: an array needs values, all of one type');
  }
  const head = Buffer.alloc(12);
  head.writeUInt32LE(type);
  head.writeBigUInt64LE(BigInt(values.length), 4);
  return { type: 9, bytes: Buffer.concat([head, ...values.map(({ bytes }) => bytes)]) };
}

/** What a tokenizer is made of. */
export interface TokenizerMetadata {
  /** `gpt2` for byte pair encoding, `llama` for SentencePiece. */
  readonly model: string;
  /** The pre-tokenizer's name, such as `llama-bpe`. Default: none, as for SentencePiece. */
  readonly pre?: string;
  readonly tokens: readonly string[];
  /** 1 normal, 2 unknown, 3 control, 4 user defined, 5 unused, 6 byte. Default: all normal. */
  readonly types?: readonly number[];
  /** For SentencePiece. Default: none. */
  readonly scores?: readonly number[];
  /** For byte pair encoding: "left right". Default: none. */
  readonly merges?: readonly string[];
  readonly bos: number;
  readonly eos: number;
  /** In Jinja. Default: none. */
  readonly chatTemplate?: string;
}

/** The keys of a tokenizer, as llama.cpp's converter writes them. */
export function tokenizerMetadata(tokenizer: TokenizerMetadata): Record<string, MetadataValue> {
  const { pre, types, scores, merges, chatTemplate } = tokenizer;
  return {
    'tokenizer.ggml.model': text(tokenizer.model),
    ...(pre !== undefined && { 'tokenizer.ggml.pre': text(pre) }),
    'tokenizer.ggml.tokens': array(tokenizer.tokens.map(text)),
    'tokenizer.ggml.token_type': array((types ?? tokenizer.tokens.map(() => 1)).map(int32)),
    ...(scores && { 'tokenizer.ggml.scores': array(scores.map(float32)) }),
    ...(merges && { 'tokenizer.ggml.merges': array(merges.map(text)) }),
    'tokenizer.ggml.bos_token_id': uint32(tokenizer.bos),
    'tokenizer.ggml.eos_token_id': uint32(tokenizer.eos),
    ...(chatTemplate !== undefined && { 'tokenizer.chat_template': text(chatTemplate) }),
  };
}
