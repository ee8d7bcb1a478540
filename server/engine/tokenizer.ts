/** How a text becomes tokens. */
export interface EncodeOptions {
  /** BOS before and EOS after, as far as the model asks for them. */
  readonly addSpecial: boolean;
  /** The text of a control token becomes that token. Without it, text can never make one. */
  readonly parseSpecial: boolean;
}

/** Makes text of tokens one at a time: always whole characters. */
export interface TextDecoder {
  push(token: number): string;
  /** What was held back. */
  end(): string;
}

/** The model's tokenizer. */
export interface Tokenizer {
  /** Tokens are 0 to `tokenCount` - 1. */
  readonly tokenCount: number;
  /** Texts of the control tokens, such as `<|im_end|>`. */
  readonly controlTexts: readonly string[];
  /** Texts of BOS and EOS, which chat templates name; empty where there is none. */
  readonly beginText: string;
  readonly endText: string;
  /** The Unicode form into which text is brought before it is encoded, as the model's own tokenizer does. */
  readonly normalForm?: 'NFC';
  encode(text: string, options: EncodeOptions): number[];
  /** The bytes by which a token continues a text; none for control tokens. They may be a part of a character. */
  bytes(token: number): Uint8Array;
  /** Decodes the continuation of a text, leaving out control tokens. */
  decoder(): TextDecoder;
}
