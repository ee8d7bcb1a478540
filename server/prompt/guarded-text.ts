import { Tokenizer } from '../engine/tokenizer';
import { normalized } from './normal-form';

/** Noncharacters, which Unicode keeps for use inside of a program: no text that is exchanged has them. */
const OPEN = '\ufdd0';
const CLOSE = '\ufdd1';
const EITHER = /[\ufdd0\ufdd1]/g;
const GUARDED = /\ufdd0([^\ufdd1]*)\ufdd1/;

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/**
 * Keeps what people write from becoming control tokens. A chat template mixes their words with the model's own marks, and
 * both are encoded together: without this, a message could end its turn and begin one of the system's.
 */
export class TextGuard {
  private readonly controls?: RegExp;

  public constructor(private readonly tokenizer: Tokenizer) {
    const texts = tokenizer.controlTexts.filter((text) => text.length > 0);
    // The longest first: an alternative that begins another one would hide it.
    const patterns = [...texts].sort((a, b) => b.length - a.length).map(escapePattern);
    this.controls = patterns.length > 0 ? new RegExp(patterns.join('|'), 'g') : undefined;
  }

  /** Marks the texts of control tokens in somebody's words. */
  public mark(words: string): string {
    // First, for it makes marks of the model out of other letters: of KELVIN SIGN, for one, the K of [MASK].
    const clean = normalized(this.tokenizer, words).replace(EITHER, '\ufffd');
    return this.controls ? clean.replace(this.controls, (text) => `${OPEN}${text}${CLOSE}`) : clean;
  }

  /** Encodes a text in which words were marked: what is marked gives no control token, what the template wrote does. */
  public encode(text: string): number[] {
    return text
      .split(GUARDED)
      .flatMap((part, index) => encodeText(this.tokenizer, part.replace(EITHER, ''), index % 2 === 0));
  }
}

/** Encodes a text without BOS and EOS, in the form that the model's own tokenizer brings it to. */
function encodeText(tokenizer: Tokenizer, text: string, parseSpecial: boolean): number[] {
  return tokenizer.encode(normalized(tokenizer, text), { addSpecial: false, parseSpecial });
}
