/** GPT-2's pre-tokenizer (openai/gpt-2, encoder.py), which GGUF calls `gpt-2`. */
const WORDS = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/** The characters by which GPT-2 writes the bytes 0 to 255 (openai/gpt-2, encoder.py, bytes_to_unicode). */
function byteAlphabet(): string[] {
  const prints = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let standIns = 0;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(prints(byte) ? byte : 0x100 + standIns++));
}

const ALPHABET = byteAlphabet();

interface Word {
  parts: string[];
  readonly count: number;
}

/** A byte-level BPE: a token for each byte, control tokens, then the most frequent pairs of a text. */
export class BytePairTokenizer {
  public readonly tokens: string[];
  public readonly merges: string[] = [];
  private readonly numbers: Map<string, number>;

  public constructor(text: string, controls: readonly string[], vocabulary: number) {
    this.tokens = [...ALPHABET, ...controls];
    let words = wordsOf(text);
    while (this.tokens.length < vocabulary) {
      const pair = mostFrequentPair(words);
      this.merges.push(pair);
      this.tokens.push(pair.replace(' ', ''));
      words = words.map(({ parts, count }) => ({ parts: merge(parts, pair), count }));
    }
    this.numbers = new Map(this.tokens.map((token, number) => [token, number]));
  }

  /** The tokens of a text without control tokens. */
  public encode(text: string): number[] {
    return (text.match(WORDS) ?? []).flatMap((word) => {
      const parts = this.merges.reduce((before, pair) => merge(before, pair), lettersOf(word));
      return parts.map((part) => this.number(part));
    });
  }

  public number(token: string): number {
    return this.numbers.get(token)!;
  }
}

function lettersOf(word: string): string[] {
  return [...Buffer.from(word)].map((byte) => ALPHABET[byte]);
}

function wordsOf(text: string): Word[] {
  const counts = new Map<string, number>();
  (text.match(WORDS) ?? []).forEach((word) => counts.set(word, (counts.get(word) ?? 0) + 1));
  return [...counts].map(([word, count]) => ({ parts: lettersOf(word), count }));
}

/** Of equally frequent pairs the one that was met first. */
function mostFrequentPair(words: readonly Word[]): string {
  const counts = new Map<string, number>();
  for (const { parts, count } of words) {
    parts.slice(1).forEach((part, i) => {
      const pair = `${parts[i]} ${part}`;
      counts.set(pair, (counts.get(pair) ?? 0) + count);
    });
  }
  return [...counts].reduce((best, each) => (each[1] > best[1] ? each : best))[0];
}

function merge(parts: readonly string[], pair: string): string[] {
  const [left, right] = pair.split(' ');
  const out: string[] = [];
  for (let i = 0; i < parts.length; i++) {
    const joins = parts[i] === left && parts[i + 1] === right;
    out.push(joins ? left + right : parts[i]);
    i += joins ? 1 : 0;
  }
  return out;
}
