import { tokenizerMetadata } from '../../../scripts/gguf/metadata';
import { writeGguf } from '../../../scripts/gguf/write-gguf';
import { ModelFolder } from '../../engine-native/engine-case';
import { RandomVocabulary } from '../../engine-native/grammar/random-vocabulary';
import { randomModel } from '../../engine-native/random-model';

const TEMPLATE = '{% for m in messages %}{{ m.content }}{% endfor %}';
const SHAPE = { layers: 1, width: 32, hidden: 32, heads: 2, kvHeads: 1, headWidth: 16, contextLength: 1024 };

export interface RandomModelFileOptions {
  /** Rows of the vocabulary that are no tokens, as models have them. @default 0 */
  readonly spare?: number;
  /** @default what the messages say */
  readonly chatTemplate?: string;
}

/** Writes a model that knows nothing, with a vocabulary and a chat template. @returns its path */
export function randomModelFile(
  folder: ModelFolder,
  name: string,
  { vocabulary }: RandomVocabulary,
  { spare = 0, chatTemplate = TEMPLATE }: RandomModelFileOptions = {},
): string {
  const { tokens, bos = 0, eos = 0 } = vocabulary;
  const tokenizer = tokenizerMetadata({ ...vocabulary, bos, eos, chatTemplate });
  const { metadata, tensors } = randomModel({ shape: { ...SHAPE, vocabulary: tokens.length + spare }, seed: 5 });
  return folder.writeBytes(name, writeGguf({ metadata: { ...metadata, ...tokenizer }, tensors }));
}
