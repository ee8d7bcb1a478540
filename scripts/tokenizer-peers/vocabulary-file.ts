import { writeFileSync } from 'node:fs';
import { array, bool, float32, int32, MetadataValue, text, uint32 } from '../gguf/metadata';
import { writeGguf } from '../gguf/write-gguf';

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
  readonly eom?: number;
  readonly unknown?: number;
  readonly addBos?: boolean;
  readonly addEos?: boolean;
  readonly addSpacePrefix?: boolean;
}

function list<Item>(
  write: (item: Item) => MetadataValue,
  items: readonly Item[] | undefined,
  type?: number,
): MetadataValue | undefined {
  return (
    items &&
    array(
      items.map((item) => write(item)),
      type,
    )
  );
}

function one<Item>(write: (item: Item) => MetadataValue, item: Item | undefined): MetadataValue | undefined {
  return item === undefined ? undefined : write(item);
}

/** Writes a GGUF file, version 3, with a tokenizer and no tensors. */
export function writeVocabularyFile(path: string, vocabulary: Vocabulary): void {
  const entries: Record<string, MetadataValue | undefined> = {
    'general.architecture': text('llama'),
    'tokenizer.ggml.model': text(vocabulary.model),
    'tokenizer.ggml.pre': one(text, vocabulary.pre),
    'tokenizer.ggml.tokens': list(text, vocabulary.tokens, text('').type),
    'tokenizer.ggml.token_type': list(int32, vocabulary.types, int32(0).type),
    'tokenizer.ggml.scores': list(float32, vocabulary.scores),
    'tokenizer.ggml.merges': list(text, vocabulary.merges, text('').type),
    'tokenizer.ggml.bos_token_id': one(uint32, vocabulary.bos),
    'tokenizer.ggml.eos_token_id': one(uint32, vocabulary.eos),
    'tokenizer.ggml.eot_token_id': one(uint32, vocabulary.eot),
    'tokenizer.ggml.eom_token_id': one(uint32, vocabulary.eom),
    'tokenizer.ggml.unknown_token_id': one(uint32, vocabulary.unknown),
    'tokenizer.ggml.add_bos_token': one(bool, vocabulary.addBos),
    'tokenizer.ggml.add_eos_token': one(bool, vocabulary.addEos),
    'tokenizer.ggml.add_space_prefix': one(bool, vocabulary.addSpacePrefix),
  };
  const said = Object.entries(entries).flatMap(([key, value]) => (value ? [[key, value] as const] : []));
  writeFileSync(path, writeGguf({ metadata: Object.fromEntries(said), tensors: [] }));
}
