import { CONTROL_TOKEN, ENCODE, HostHandle, NativeAddon, NativeFacts } from './native-addon';
import { EncodeOptions, TextDecoder, Tokenizer } from './tokenizer';

/** The tokenizer of a loaded model. */
export class NativeTokenizer implements Tokenizer {
  public readonly tokenCount: number;
  public readonly controlTexts: readonly string[];
  public readonly beginText: string;
  public readonly endText: string;
  public readonly normalForm?: 'NFC';

  public constructor(
    private readonly addon: NativeAddon,
    private readonly host: HostHandle,
    facts: NativeFacts,
  ) {
    this.tokenCount = facts.tokenCount;
    this.controlTexts = Array.from({ length: facts.tokenCount }, (_, token) => token)
      .filter((token) => addon.tokenType(host, token) === CONTROL_TOKEN)
      .map((token) => addon.tokenText(host, token));
    this.beginText = this.textOf(facts.bos);
    this.endText = this.textOf(facts.eos);
    this.normalForm = facts.normalForm === 1 ? 'NFC' : undefined;
  }

  public encode(text: string, { addSpecial, parseSpecial }: EncodeOptions): number[] {
    const flags = (addSpecial ? ENCODE.addSpecial : 0) | (parseSpecial ? ENCODE.parseSpecial : 0);
    return Array.from(this.addon.encode(this.host, text, flags));
  }

  public bytes(token: number): Uint8Array {
    return this.addon.tokenOutput(this.host, token);
  }

  public decoder(): TextDecoder {
    const decoder = this.addon.decoder(this.host);
    return {
      push: (token) => this.addon.decode(decoder, token),
      end: () => this.addon.decodeEnd(decoder),
    };
  }

  private textOf(token: number): string {
    return token < 0 ? '' : this.addon.tokenText(this.host, token);
  }
}
