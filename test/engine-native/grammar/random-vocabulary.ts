import { randomNumbers } from '../../../scripts/example-model/random-numbers';
import { Vocabulary } from '../../../scripts/tokenizer-peers/vocabulary-file';
import { FIRST_BYTE, smallBpe, smallSentencePiece } from '../../tokenizer/small-vocabulary';

/** Pieces of this are tokens: what JSON texts are made of, with characters of every length in UTF-8. */
const MATTER =
  '{"name": "Grüße 😀 und 東京", "tags":["a","bb", "c\\"d"],"count": -12.5e+3,\n  "ok":true,"no": false,"x":null}  ' +
  '{\n    "id": 1024,"nested":{"a":[[1,2],[ ]],"b":{}} }\t\\u00e9\\ud83d\\ude00"}],"},{":null}]}"\r\n' +
  '{"a":"b","kind":"circle","radius":3}{"kind":"square","side":[0.25, 10]}ééé" : "ÿþ"\u007f';

export interface RandomVocabulary {
  readonly vocabulary: Vocabulary;
  /** What each token adds to a text; empty for tokens that are never part of one. */
  readonly bytes: readonly Uint8Array[];
  /** Tokens that end an answer. */
  readonly stops: ReadonlySet<number>;
}

function below(next: () => number, limit: number): number {
  return Math.floor(((next() + 1) / 2) * limit);
}

/** Every byte, and random pieces of JSON, cut anywhere, also within characters. */
export function randomBpe(seed: number, pieces: number): RandomVocabulary {
  const next = randomNumbers(seed);
  const plain = smallBpe();
  const alphabet = plain.tokens.slice(0, 256);
  const matter = Buffer.from(MATTER);
  const extra = Array.from({ length: pieces }, () => {
    const start = below(next, matter.length);
    return matter.subarray(start, start + 1 + below(next, below(next, 4) === 0 ? 24 : 5));
  });
  const units = plain.tokens.slice(256);
  const tokens = [...plain.tokens, ...extra.map((bytes) => [...bytes].map((byte) => alphabet[byte]).join(''))];
  const bytes = [
    ...alphabet.map((_, byte) => Uint8Array.of(byte)),
    ...units.map((text, index) => (index < 3 ? new Uint8Array() : Buffer.from(text.replace(/Ġ/g, ' ')))),
    ...extra,
  ];
  // Vocabularies have no text twice.
  const first = tokens.map((token, index) => tokens.indexOf(token) === index);
  return {
    vocabulary: {
      ...plain,
      tokens: tokens.filter((_, index) => first[index]),
      types: [...plain.types!, ...extra.map(() => 1)].filter((_, index) => first[index]),
    },
    bytes: bytes.filter((_, index) => first[index]),
    stops: new Set([257, 258]),
  };
}

/** Byte tokens beside random pieces of whole characters, with marks for spaces. */
export function randomSentencePiece(seed: number, pieces: number): RandomVocabulary {
  const next = randomNumbers(seed);
  const plain = smallSentencePiece({ bos: 1, eos: 2, unknown: 0 });
  const matter = [...MATTER];
  const extra = new Set<string>();
  while (extra.size < pieces) {
    const start = below(next, matter.length);
    extra.add(
      matter
        .slice(start, start + 1 + below(next, 6))
        .join('')
        .replace(/ /g, '▁'),
    );
  }
  plain.tokens.forEach((token) => extra.delete(token));
  const tokens = [...plain.tokens, ...extra];
  return {
    vocabulary: {
      ...plain,
      tokens,
      types: [...plain.types!, ...Array.from(extra, () => 1)],
      scores: tokens.map((_, token) => -token),
    },
    bytes: tokens.map((token, index) =>
      index < FIRST_BYTE
        ? new Uint8Array()
        : index < FIRST_BYTE + 256
          ? Uint8Array.of(index - FIRST_BYTE)
          : Buffer.from(token.replace(/▁/g, ' ')),
    ),
    stops: new Set([2]),
  };
}
