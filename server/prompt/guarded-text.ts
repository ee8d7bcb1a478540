import { EncodeOptions, Tokenizer } from '../engine/tokenizer';
import { ApiError } from '../errors/api-error';
import { fittingTokens } from '../requests/check-request';
import { normalized } from './normal-form';

/** Noncharacters, which Unicode keeps for use inside of a program: no text that is exchanged has them. */
const OPEN = '\ufdd0';
const CLOSE = '\ufdd1';
const EITHER = /[\ufdd0\ufdd1]/g;
const GUARDED = /\ufdd0([^\ufdd1]*)\ufdd1/;

interface PartOptions extends EncodeOptions {
  readonly most: number;
}

/** Characters of a text that is encoded sooner than another thread is told of it. */
const SHORT = 1024;

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

  /**
   * Encodes a text in which words were marked: what is marked gives no control token, what the template wrote does.
   *
   * @param most tokens that there is room for
   * @throws ApiError 400 when what is marked alone is more
   */
  public async encode(text: string, most: number): Promise<number[]> {
    const parts = text.split(GUARDED);
    // Each is encoded by itself, and gives a token at least.
    if (parts.length > 2 * most) {
      const message = `The messages name more control tokens than the ${most} tokens of the context have room for.`;
      throw ApiError.badRequest(message, 'messages', 'context_length_exceeded');
    }
    const tokens: number[][] = [];
    for (const [index, part] of parts.entries()) {
      tokens.push(
        await encodeText(this.tokenizer, part.replace(EITHER, ''), {
          addSpecial: false,
          parseSpecial: index % 2 === 0,
          most,
        }),
      );
    }
    return tokens.flat();
  }
}

/** Encodes a text without BOS and EOS, in the form that the model's own tokenizer brings it to. */
async function encodeText(tokenizer: Tokenizer, text: string, options: PartOptions): Promise<number[]> {
  const { most, ...encodeOptions } = options;
  const words = normalized(tokenizer, text);
  return words.length < SHORT
    ? tokenizer.encode(words, encodeOptions)
    : fittingTokens(await tokenizer.encodeLater(words, encodeOptions), most, 'messages');
}
