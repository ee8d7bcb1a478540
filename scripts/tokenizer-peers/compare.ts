import { readFileSync } from 'node:fs';
import {
  askTokenizer,
  AT_START,
  PARSE_SPECIAL,
  SHOW_SPECIAL,
  textsOf,
  tokensOf,
  TokenizerRequest,
} from './tokenizer-program';
import { Vocabulary, writeVocabularyFile } from './vocabulary-file';

/** What make_cases.py writes: a text, its tokens, and the text that the tokens give back. */
export interface PeerCases {
  readonly vocabulary: Vocabulary;
  readonly cases: readonly (readonly [text: string, tokens: readonly number[], decoded: string])[];
}

/** A text on which the two differ. */
export interface Difference {
  readonly text: string;
  readonly expected: readonly number[] | string;
  readonly got: readonly number[] | string;
}

export interface Comparison {
  readonly texts: number;
  readonly tokens: number;
  readonly differences: readonly Difference[];
}

export function readPeerCases(path: string): PeerCases {
  return JSON.parse(readFileSync(path, 'utf8')) as PeerCases;
}

/** Encodes each text and decodes its tokens, by the program that `command` runs and a GGUF file made at `file`. */
export function compareWithPeer(
  command: readonly string[],
  file: string,
  { vocabulary, cases }: PeerCases,
): Comparison {
  writeVocabularyFile(file, vocabulary);
  // SentencePiece's own encoder never makes a control token of text.
  const encodeFlags = vocabulary.model === 'llama' ? 0 : PARSE_SPECIAL;
  const requests = cases.flatMap(([text, tokens]): TokenizerRequest[] => [
    { operation: 'encode', flags: encodeFlags, input: text },
    { operation: 'decode', flags: SHOW_SPECIAL | AT_START, input: tokens },
  ]);
  const answers = askTokenizer(command, file, requests);
  const differences = cases.flatMap(([text, expected, decoded], index): Difference[] => {
    const tokens = tokensOf(answers[2 * index]);
    const back = Buffer.concat(textsOf(answers[2 * index + 1])).toString();
    const same = tokens.length === expected.length && tokens.every((token, at) => token === expected[at]);
    return [
      ...(same ? [] : [{ text, expected, got: tokens }]),
      ...(back === decoded ? [] : [{ text, expected: decoded, got: back }]),
    ];
  });
  const tokens = cases.reduce((sum, [, expected]) => sum + expected.length, 0);
  return { texts: cases.length, tokens, differences };
}
