import { Vocabulary } from '../../scripts/tokenizer-peers/vocabulary-file';

const NORMAL = 1;
const CONTROL = 3;
const USER_DEFINED = 4;
const UNKNOWN = 2;
const BYTE = 6;

/** The characters by which GPT-2 writes the bytes 0 to 255 (openai/gpt-2, encoder.py, bytes_to_unicode). */
function byteAlphabet(): string[] {
  const prints = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let standIns = 0;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(prints(byte) ? byte : 0x100 + standIns++));
}

export const BPE_BEGIN = 256;
export const BPE_END = 257;
export const BPE_TURN_END = 258;
export const BPE_TOOL = 259;
/** `aa`, `aaaa` and a double space, by merges. */
export const BPE_MERGED = 260;

/** Every byte by itself, at its own number, then four units and a few merged tokens. */
export function smallBpe(changes: Partial<Vocabulary> = {}): Vocabulary {
  const units = ['<|begin|>', '<|end|>', '<|im_end|>', '<|tool|>'];
  const merged = ['aa', 'aaaa', 'ĠĠ'];
  return {
    model: 'gpt2',
    pre: 'llama-bpe',
    tokens: [...byteAlphabet(), ...units, ...merged],
    types: [...Array<number>(256).fill(NORMAL), CONTROL, CONTROL, CONTROL, USER_DEFINED, NORMAL, NORMAL, NORMAL],
    merges: ['a a', 'aa aa', 'Ġ Ġ'],
    bos: BPE_BEGIN,
    eos: BPE_END,
    ...changes,
  };
}

/** Number of the token of byte 0 in `smallSentencePiece`. */
export const FIRST_BYTE = 3;
export const SPACE = 259;

/** The unknown token, BOS, EOS, the bytes, then the mark of a space, letters and what they merge to. */
export function smallSentencePiece(changes: Partial<Vocabulary> = {}): Vocabulary {
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  const pieces = ['▁', 'a', 'b', '▁a', 'ab', 'aa', '▁▁', '<', '/', 's', '>', '</', 's>'];
  const tokens = ['<unk>', '<s>', '</s>', ...bytes, ...pieces];
  return {
    model: 'llama',
    tokens,
    types: [UNKNOWN, CONTROL, CONTROL, ...bytes.map(() => BYTE), ...pieces.map(() => NORMAL)],
    scores: tokens.map((_, token) => -token),
    ...changes,
  };
}
