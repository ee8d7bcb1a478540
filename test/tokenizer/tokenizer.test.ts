import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { EMULATED_PROCESSORS } from '../../scripts/kernels/emulated-processors';
import { compareWithPeer, readPeerCases } from '../../scripts/tokenizer-peers/compare';
import {
  ADD_SPECIAL,
  askTokenizer,
  AT_START,
  buildTokenizer,
  PARSE_SPECIAL,
  SHOW_SPECIAL,
  textsOf,
  TokenizerAnswer,
  TokenizerRequest,
  tokensOf,
} from '../../scripts/tokenizer-peers/tokenizer-program';
import { Vocabulary, writeVocabularyFile } from '../../scripts/tokenizer-peers/vocabulary-file';
import { useScratchDirectory } from '../support/scratch-directory';
import {
  BPE_BEGIN,
  BPE_END,
  BPE_MERGED,
  BPE_TOOL,
  BPE_TURN_END,
  FIRST_BYTE,
  smallBpe,
  smallSentencePiece,
  SPACE,
} from './small-vocabulary';

const RECORDED = path.join(__dirname, 'recorded');
const MEGABYTE = 2 ** 20;

/** `GE_ERROR_ARGUMENT` of kernels/engine/include/graviton_engine/status.h. */
const ARGUMENT_ERROR = 1;

let optimized: string;
let sanitized: string;
const scratch = useScratchDirectory();

beforeAll(() => {
  optimized = buildTokenizer('run');
  sanitized = buildTokenizer('sanitized');
});

function ask(vocabulary: Vocabulary, requests: readonly TokenizerRequest[], program = sanitized): TokenizerAnswer[] {
  const file = scratch();
  writeVocabularyFile(file, vocabulary);
  return askTokenizer([program], file, requests);
}

function encode(vocabulary: Vocabulary, input: string | Uint8Array, flags = 0): number[] {
  return tokensOf(ask(vocabulary, [{ operation: 'encode', flags, input }])[0]);
}

function decode(vocabulary: Vocabulary, input: readonly number[], flags = 0): string[] {
  return textsOf(ask(vocabulary, [{ operation: 'decode', flags, input }])[0]).map(String);
}

const bytesOf = (text: string): number[] => [...Buffer.from(text)];

describe('as the published tokenizers', () => {
  test.each(readdirSync(RECORDED))('%s', (file) => {
    const comparison = compareWithPeer([sanitized], scratch(), readPeerCases(path.join(RECORDED, file)));
    expect(comparison.differences.slice(0, 3)).toEqual([]);
    expect(comparison.tokens).toBeGreaterThan(2000);
  });

  test.each(['llama-bpe.json', 'sentencepiece.json'])('on Arm64: %s', (file) => {
    const qemu = ['qemu-aarch64', '-cpu', EMULATED_PROCESSORS[3].qemuCpu, buildTokenizer('arm64')];
    const comparison = compareWithPeer(qemu, scratch(), readPeerCases(path.join(RECORDED, file)));
    expect(comparison.differences.slice(0, 3)).toEqual([]);
  });
});

describe('units', () => {
  test('text makes a control token only where that is asked for', () => {
    const vocabulary = smallBpe();
    expect(encode(vocabulary, '<|end|>')).toEqual(bytesOf('<|end|>'));
    expect(encode(vocabulary, '<|end|>', PARSE_SPECIAL)).toEqual([BPE_END]);
    expect(encode(vocabulary, '!<|tool|>!')).toEqual([...bytesOf('!'), BPE_TOOL, ...bytesOf('!')]);
  });

  test('merging never makes a control token, though its pieces are tokens', () => {
    const tokens = encode(smallSentencePiece(), '</s>', 0);
    expect(tokens).not.toContain(2);
    expect(tokens).toHaveLength(3);
  });

  test('the longest of the units that begin at the first place holds', () => {
    const names = ['<<', '<<<', '<<<<x'];
    const base = smallBpe();
    const vocabulary = smallBpe({
      tokens: [...base.tokens, ...names],
      types: [...(base.types ?? []), 4, 4, 4],
    });
    const first = base.tokens.length;
    expect(encode(vocabulary, '<<<<')).toEqual([first + 1, ...bytesOf('<')]);
    expect(encode(vocabulary, '<<<<x<<')).toEqual([first + 2, first]);
  });

  test('BOS and EOS come as the file says, or else as the model is used', () => {
    expect(encode(smallBpe(), '!', ADD_SPECIAL)).toEqual([BPE_BEGIN, 33]);
    expect(encode(smallBpe({ pre: 'qwen2' }), '!', ADD_SPECIAL)).toEqual([33]);
    expect(encode(smallBpe({ addBos: false, addEos: true }), '!', ADD_SPECIAL)).toEqual([33, BPE_END]);
    expect(encode(smallBpe({ bos: undefined }), '!', ADD_SPECIAL)).toEqual([33]);
    expect(encode(smallSentencePiece(), '', ADD_SPECIAL)).toEqual([1]);
    expect(encode(smallSentencePiece({ addBos: false }), 'b', ADD_SPECIAL)).toEqual([SPACE, 261]);
  });

  test('EOS, EOT and the known ends of a turn end a generation', () => {
    const vocabulary = smallBpe({ eot: BPE_TOOL });
    const tokens = [BPE_BEGIN, BPE_END, BPE_TURN_END, BPE_TOOL, 33, -1, 100_000];
    const [answer] = ask(vocabulary, [{ operation: 'query', input: tokens }]);
    expect(tokensOf(answer)).toEqual([263, BPE_BEGIN, BPE_END, 0, 0, 1, 1, 1, 0, 0, 0]);
  });

  test('an end of a turn by its name may be user-defined, but no piece of text', () => {
    const base = smallBpe();
    const names = ['<|end_of_text|>', '<|file_sep|>', '</s>', '<EOT>', 'plain'];
    const types = [4, 3, 1, 4, 4];
    const first = base.tokens.length;
    const vocabulary = smallBpe({
      tokens: [...base.tokens, ...names],
      types: [...(base.types ?? []), ...types],
      eom: first + 4,
    });
    const [answer] = ask(vocabulary, [{ operation: 'query', input: names.map((_, i) => first + i) }]);
    expect(tokensOf(answer).slice(4)).toEqual([1, 1, 0, 1, 1]);
  });

  test('Qwen expects NFC, which the caller owes', () => {
    const [answer] = ask(smallBpe({ pre: 'qwen2' }), [{ operation: 'query', input: [] }]);
    expect(tokensOf(answer)[3]).toBe(1);
  });
});

describe('SentencePiece', () => {
  test('a space goes before the text and after control tokens, not after others', () => {
    expect(encode(smallSentencePiece(), 'a')).toEqual([262]);
    expect(encode(smallSentencePiece(), 'a</s>a', PARSE_SPECIAL)).toEqual([262, 2, 262]);
    expect(encode(smallSentencePiece({ addSpacePrefix: false }), 'a')).toEqual([260]);
  });

  test('what has no token falls back to bytes, and without those to the unknown token', () => {
    const vocabulary = smallSentencePiece();
    expect(encode(vocabulary, 'é')).toEqual([SPACE, FIRST_BYTE + 0xc3, FIRST_BYTE + 0xa9]);
    const types = vocabulary.types?.map((type) => (type === 6 ? 1 : type));
    expect(encode({ ...vocabulary, types }, 'éa')).toEqual([SPACE, 0, 260]);
  });

  test('the space in front is left out when a whole text is decoded, and kept in its continuation', () => {
    const tokens = [1, 262, 262];
    expect(decode(smallSentencePiece(), tokens, AT_START).join('')).toBe('a a');
    expect(decode(smallSentencePiece(), tokens).join('')).toBe(' a a');
    expect(decode(smallSentencePiece(), tokens, SHOW_SPECIAL).join('')).toBe('<s> a a');
  });
});

describe('streams', () => {
  test('a character comes with the token that ends it', () => {
    expect(decode(smallBpe(), bytesOf('a😀b'))).toEqual(['a', '', '', '', '😀', 'b', '']);
  });

  test('the beginning of a character is given up when its end cannot come', () => {
    expect(decode(smallBpe(), [0xf0, 0x9f, 0x41])).toEqual(['', '', '\ufffdA', '']);
    expect(decode(smallBpe(), [0xf0, 0x9f])).toEqual(['', '', '\ufffd']);
  });

  test('any bytes give what the Encoding Standard says', () => {
    const likely = fc.constantFrom(0x41, 0x80, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff);
    const sequences = fc.sample(fc.array(fc.oneof(likely, fc.nat(255)), { maxLength: 12 }), { numRuns: 2000, seed: 7 });
    const answers = ask(
      smallBpe(),
      sequences.map((input) => ({ operation: 'decode', input })),
    );
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    expect(answers.map((answer) => textsOf(answer).join(''))).toEqual(
      sequences.map((bytes) => decoder.decode(Uint8Array.from(bytes))),
    );
  });

  test('no number that is no token is decoded', () => {
    expect(ask(smallBpe(), [{ operation: 'decode', input: [263] }])[0].status).toBe(ARGUMENT_ERROR);
    expect(ask(smallBpe(), [{ operation: 'decode', input: [-1] }])[0].status).toBe(ARGUMENT_ERROR);
  });
});

describe('any text', () => {
  test.each(['llama-bpe', 'qwen2', 'gpt-2', 'tekken', 'gpt-4o', 'smollm', 'default'])(
    '%s gives the text back, or its bytes where it is no UTF-8',
    (pre) => {
      const sets = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ unit: 'grapheme' }));
      const texts = fc.sample(sets, { numRuns: 500, seed: 11 }).map((text) => Buffer.from(text));
      const bytes = fc.sample(fc.uint8Array({ maxLength: 40 }), { numRuns: 500, seed: 12 });
      const inputs = [...texts, ...bytes];
      const vocabulary = smallBpe({ pre });
      const answers = ask(
        vocabulary,
        inputs.map((input) => ({ operation: 'encode', input })),
      );
      const back = answers.map((answer) => tokensOf(answer).map((token) => vocabulary.tokens[token]));
      expect(back.map((tokens) => fromByteAlphabet(tokens.join(''), vocabulary))).toEqual(
        inputs.map((input) => Buffer.from(input).toString('hex')),
      );
    },
  );

  test.each([
    ['spaces', ' '],
    ['one letter', 'a'],
    ['line ends', '\n'],
    ['letters without case, then upper ones', 'ªA'],
    ['beginnings of units', '<|'],
    ['units', '<|tool|>'],
    ['beginnings of characters', '\xf0'],
  ])('a megabyte of %s takes no quadratic time', (_, unit) => {
    const input = Buffer.from(unit, unit === '\xf0' ? 'latin1' : 'utf8');
    const text = Buffer.alloc(MEGABYTE, input);
    const request: TokenizerRequest = { operation: 'encode', input: text };
    const vocabularies = ['llama-bpe', 'gpt-2', 'tekken', 'default'].map((pre) => smallBpe({ pre }));
    const started = performance.now();
    for (const vocabulary of [...vocabularies, smallSentencePiece()]) {
      const [answer] = ask(vocabulary, [request], optimized);
      expect(answer.status).toBe(0);
      expect(tokensOf(answer).length).toBeGreaterThan(MEGABYTE / 8 - 1);
    }
    // Five times a megabyte takes one to two seconds; 2^40 steps would take many minutes.
    expect(performance.now() - started).toBeLessThan(40_000);
  });

  test('of equal merges the leftmost comes first', () => {
    expect(encode(smallBpe(), 'aaa')).toEqual([BPE_MERGED, 97]);
    expect(encode(smallBpe(), 'aaaaaaa')).toEqual([BPE_MERGED + 1, BPE_MERGED, 97]);
    expect(encode(smallSentencePiece({ addSpacePrefix: false }), 'aaa')).toEqual([264, 260]);
  });

  test('one letter merges all the way through a long text', () => {
    const answer = ask(smallBpe(), [{ operation: 'encode', input: 'a'.repeat(MEGABYTE) }], optimized)[0];
    expect(new Set(tokensOf(answer))).toEqual(new Set([BPE_MERGED + 1]));
  });
});

function fromByteAlphabet(text: string, { tokens }: Vocabulary): string {
  const units = tokens.slice(256);
  const unit = units.find((name) => text.includes(name) && name.startsWith('<'));
  if (unit) {
    throw new Error(`a unit of its own in ${text}`);
  }
  return Buffer.from(Array.from(text, (character) => tokens.indexOf(character))).toString('hex');
}

describe('files that are wrong', () => {
  const bpe = smallBpe();
  test.each<[string, Vocabulary, RegExp]>([
    ['a model that is not built', smallBpe({ model: 'bert' }), /tokenizer\.ggml\.model is 'bert', supported are gpt2/],
    [
      'a pre-tokenizer that is not built',
      smallBpe({ pre: 'viking' }),
      /pre is 'viking', supported are default, gpt-2,/,
    ],
    ['no tokens', smallBpe({ tokens: [], types: [] }), /tokenizer\.ggml\.tokens has 0 tokens/],
    ['a BOS that is no token', smallBpe({ bos: 263 }), /bos_token_id is 263, the vocabulary has 263 tokens/],
    ['an EOS beyond 31 bits', smallBpe({ eos: 2 ** 32 - 1 }), /eos_token_id is not the number of a token/],
    ['an unknown type', smallBpe({ types: bpe.tokens.map(() => 7) }), /token_type\[0\] is 7, allowed are 1 to 6/],
    ['too few types', smallBpe({ types: [1] }), /token_type is not an array with one number for each token/],
    ['a merge of one token', smallBpe({ merges: ['a a', 'aa'] }), /merges\[1\] is not two tokens/],
    ['no merges', smallBpe({ merges: undefined }), /merges is not there; the model gpt2 merges by it/],
    ['a name that is no text', smallBpe({ pre: 'a\n\x1b[1mé' }), /pre is 'a\?\?\[1m\?\?', supported/],
    ['an EOM that is no token', smallBpe({ eom: 263 }), /eom_token_id is 263/],
    ['no scores', smallSentencePiece({ scores: undefined }), /tokenizer\.ggml\.scores is missing/],
    [
      'a score that is no number',
      { ...smallSentencePiece(), scores: smallSentencePiece().tokens.map(() => NaN) },
      /scores\[0\]/,
    ],
  ])('%s is said', (_, vocabulary, message) => {
    expect(() => encode(vocabulary, '')).toThrow(message);
  });

  test('changed bytes give an error or a tokenizer, never a crash', () => {
    const file = scratch();
    const mutated = scratch();
    writeVocabularyFile(file, smallSentencePiece({ bos: 1, eos: 2, unknown: 0, addBos: true }));
    const good = readFileSync(file);
    copyFileSync(file, mutated);
    const changes = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    const samples = fc.sample(changes, { numRuns: 60, seed: 13 });
    for (const sample of samples) {
      const bytes = Buffer.from(good);
      sample.forEach(([at, value]) => (bytes[at] = value));
      writeFileSync(mutated, bytes);
      const request: TokenizerRequest = { operation: 'encode', flags: PARSE_SPECIAL, input: 'a ab </s> é' };
      let said = '';
      try {
        askTokenizer([sanitized], mutated, [request]);
      } catch (error) {
        said = String(error);
      }
      expect(said).not.toMatch(/Sanitizer|SIG[A-Z]+|runtime error/);
    }
  });
});
