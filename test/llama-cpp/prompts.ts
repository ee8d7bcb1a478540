import { BytePairTokenizer } from '../../scripts/example-model/byte-pair-tokenizer';
import { BEGIN, CONTROLS, licenceParagraphs } from '../../scripts/example-model/corpus';
import { EXAMPLE_SHAPE } from '../../scripts/example-model/example-model';

/** Beginnings of this many paragraphs that the model learned, of as many words. */
const [PARAGRAPHS, WORDS] = [16, 7];

/** What it never saw. */
const FOREIGN = [
  'The weather in the mountains was',
  'def fibonacci(n):',
  '12 + 30 = ',
  'Graviton processors are',
  'Once upon a time a licence',
  'Ein kurzer Satz auf Deutsch',
];

/** Prompts of the model's own domain and off it, as its tokens. */
export function examplePrompts(): Record<'learned' | 'foreign', number[][]> {
  const paragraphs = licenceParagraphs();
  const tokenizer = new BytePairTokenizer(paragraphs.join('\n'), CONTROLS, EXAMPLE_SHAPE.vocabulary);
  const tokensOf = (text: string): number[] => [tokenizer.number(BEGIN), ...tokenizer.encode(text)];
  const step = Math.floor(paragraphs.length / PARAGRAPHS);
  const chosen = Array.from({ length: PARAGRAPHS }, (_, i) => paragraphs[i * step]);
  return {
    learned: chosen.map((paragraph) => tokensOf(paragraph.split(' ').slice(0, WORDS).join(' '))),
    foreign: FOREIGN.map(tokensOf),
  };
}
