import { TextDecoder as StreamDecoder, EncodeOptions, Tokenizer } from '../../../server/engine/tokenizer';

const CONTROLS = ['<|begin|>', '<|user|>', '<|assistant|>', '<|end|>'];
export const BEGIN = 256;

/** A token for each byte, and a few control tokens from 256 on. */
export class ByteTokenizer implements Tokenizer {
  public readonly tokenCount = BEGIN + CONTROLS.length;
  public readonly controlTexts = CONTROLS;
  public readonly beginText = CONTROLS[0];
  public readonly endText = CONTROLS[3];

  public constructor(public readonly normalForm?: 'NFC') {}

  public encode(text: string, { addSpecial, parseSpecial }: EncodeOptions): number[] {
    const parts = parseSpecial ? text.split(/(<\|(?:begin|user|assistant|end)\|>)/) : [text];
    const tokens = parts.flatMap((part) => {
      const control = parseSpecial ? CONTROLS.indexOf(part) : -1;
      return control >= 0 ? [BEGIN + control] : [...Buffer.from(part)];
    });
    return addSpecial ? [BEGIN, ...tokens] : tokens;
  }

  public bytes(token: number): Uint8Array {
    return token < BEGIN ? Uint8Array.of(token) : new Uint8Array();
  }

  public decoder(): StreamDecoder {
    const decoder = new TextDecoder();
    return {
      push: (token) => (token < BEGIN ? decoder.decode(Uint8Array.of(token), { stream: true }) : ''),
      end: () => decoder.decode(),
    };
  }

  /** What a prompt says, for looking at it. */
  public show(tokens: readonly number[]): string {
    return tokens
      .map((token) => (token < BEGIN ? String.fromCharCode(token) : `{${CONTROLS[token - BEGIN].slice(2, -2)}}`))
      .join('');
  }
}
