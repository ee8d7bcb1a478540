import { GrammarBuilder, RUN_FREE, State } from './grammar-builder';
import { addIntegers, LARGEST_INTEGER } from './integer-range';

/** Spaces and line ends at one place: indents a text ten levels deep by four, and ends a model that makes nothing else. */
const SPACES = 40;

/** Digits before the point, behind it, and of the exponent: more than an f64 holds, and none that becomes infinite. */
const WHOLE_DIGITS = 16;
const FRACTION_DIGITS = 17;
const EXPONENT_DIGITS = 2;

const HEX = [
  [0x30, 0x39],
  [0x41, 0x46],
  [0x61, 0x66],
] as const;

/** Bytes of characters in UTF-8, without those that would be surrogates, overlong, or above U+10FFFF. RFC 3629, section 4. */
const UTF8 = [
  [[0xc2, 0xdf]],
  [[0xe0], [0xa0, 0xbf]],
  [
    [0xe1, 0xec],
    [0x80, 0xbf],
  ],
  [[0xed], [0x80, 0x9f]],
  [
    [0xee, 0xef],
    [0x80, 0xbf],
  ],
  [[0xf0], [0x90, 0xbf], [0x80, 0xbf]],
  [
    [0xf1, 0xf3],
    [0x80, 0xbf],
    [0x80, 0xbf],
  ],
  [[0xf4], [0x80, 0x8f], [0x80, 0xbf]],
] as const;

/** The rules of JSON, RFC 8259, each made when it is first asked for. What a rule ends with is never white space. */
export class JsonRules {
  private readonly made = new Map<string, State>();

  public constructor(public readonly grammar: GrammarBuilder) {}

  /** White space, or none. */
  public get space(): State {
    return this.rule('space', (rule) => {
      let from = rule;
      this.grammar.accept(from);
      for (let i = 0; i < SPACES; i++) {
        from = this.grammar.oneOf(from, ' \t\n\r');
        this.grammar.accept(from);
      }
    });
  }

  /** A character of a string: itself, or escaped. Pairs of surrogates are one. */
  public get character(): State {
    return this.rule('character', (rule) => {
      const end = this.grammar.state();
      this.grammar.accept(end);
      this.addCharacter(rule, end);
    });
  }

  public get string(): State {
    return this.rule('string', (rule) => this.grammar.empty(this.grammar.text(rule, '"'), this.stringRest));
  }

  /** What follows the opening quote of a string, or any of its characters. */
  public get stringRest(): State {
    return this.rule('string rest', (rule) => {
      this.addCharacter(rule, rule);
      this.grammar.run(rule, RUN_FREE);
      this.grammar.accept(this.grammar.text(rule, '"'));
    });
  }

  public get integer(): State {
    return this.rule('integer', (rule) => addIntegers(this.grammar, rule, -LARGEST_INTEGER, LARGEST_INTEGER));
  }

  public get number(): State {
    return this.rule('number', (rule) => {
      this.grammar.empty(rule, this.positive);
      this.grammar.text(rule, '-', this.positive);
    });
  }

  /** A number without a sign. */
  public get positive(): State {
    return this.rule('positive', (rule) => {
      const { grammar } = this;
      const afterWhole = grammar.state();
      const afterFraction = grammar.state();
      const end = grammar.state();
      grammar.accept(end);
      const zero = grammar.text(rule, '0');
      grammar.empty(zero, afterWhole);
      this.addDigits(grammar.bytes(rule, 0x31, 0x39), WHOLE_DIGITS - 1, afterWhole);
      this.addDigits(this.digit(grammar.text(afterWhole, '.')), FRACTION_DIGITS - 1, afterFraction);
      grammar.empty(afterWhole, afterFraction);
      const exponent = grammar.oneOf(afterFraction, 'eE');
      const signed = grammar.oneOf(exponent, '+-');
      grammar.empty(exponent, signed);
      this.addDigits(this.digit(signed), EXPONENT_DIGITS - 1, end);
      grammar.empty(afterFraction, end);
    });
  }

  /** One of the texts. */
  public texts(texts: readonly string[]): State {
    return this.rule(JSON.stringify(texts), (rule) => this.grammar.texts(rule, texts));
  }

  public get any(): State {
    return this.rule('any', (rule) => {
      const literals = this.texts(['true', 'false', 'null']);
      const objects = this.rule('object', (object) => this.addMap(object, rule));
      const arrays = this.rule('array', (array) => this.addArray(array, rule, 0, Infinity));
      [this.string, this.number, literals, objects, arrays].forEach((each) => this.grammar.empty(rule, each));
    });
  }

  public get object(): State {
    void this.any;
    return this.made.get('object')!;
  }

  public get array(): State {
    void this.any;
    return this.made.get('array')!;
  }

  /** Adds objects of any names to a rule. */
  public addMap(rule: State, value: State): void {
    const { grammar } = this;
    const first = this.spaced(grammar.text(rule, '{'));
    const further = grammar.state();
    const afterValue = this.addMember(grammar.call(further, this.string), value);
    grammar.empty(first, further);
    grammar.call(grammar.text(afterValue, ','), this.space, further);
    grammar.accept(grammar.oneOf(first, '}', grammar.oneOf(afterValue, '}')));
  }

  /** Adds arrays of `least` to `most` values to a rule. */
  public addArray(rule: State, value: State, least: number, most: number): void {
    const { grammar } = this;
    const end = grammar.state();
    grammar.accept(end);
    const unrolled = most === Infinity ? Math.max(least, 1) : most;
    let before = this.spaced(grammar.text(rule, '['));
    for (let count = 0; count <= unrolled; count++) {
      if (count >= least) {
        grammar.text(before, ']', end);
      }
      const isLast = count === unrolled;
      if (isLast && most !== Infinity) {
        break;
      }
      const from = count === 0 ? before : this.spaced(grammar.text(before, ','));
      const after = this.spaced(grammar.call(from, value));
      if (isLast) {
        grammar.empty(after, before);
        break;
      }
      before = after;
    }
  }

  /** Adds strings of `least` to `most` characters to a rule. */
  public addString(rule: State, least: number, most: number): void {
    const { grammar } = this;
    const end = grammar.state();
    grammar.accept(end);
    const unrolled = most === Infinity ? least : most;
    let before = grammar.text(rule, '"');
    for (let count = 0; count <= unrolled; count++) {
      if (count === unrolled && most === Infinity) {
        grammar.empty(before, this.stringRest);
        break;
      }
      grammar.run(before, most === Infinity ? RUN_FREE : most - count);
      if (count >= least) {
        grammar.text(before, '"', end);
      }
      before = count === unrolled ? before : grammar.call(before, this.character);
    }
  }

  /** Adds a colon and a value behind a name. @returns where white space has been read behind the value */
  public addMember(afterName: State, value: State): State {
    const colon = this.grammar.text(this.spaced(afterName), ':');
    return this.spaced(this.grammar.call(this.spaced(colon), value));
  }

  public spaced(from: State): State {
    return this.grammar.call(from, this.space);
  }

  private rule(name: string, make: (rule: State) => void): State {
    const known = this.made.get(name);
    if (known !== undefined) {
      return known;
    }
    const rule = this.grammar.state();
    this.made.set(name, rule);
    make(rule);
    return rule;
  }

  private addCharacter(from: State, to: State): void {
    const { grammar } = this;
    grammar.bytes(from, 0x20, 0x21, to);
    grammar.bytes(from, 0x23, 0x5b, to);
    grammar.bytes(from, 0x5d, 0x7f, to);
    const last = grammar.state();
    grammar.bytes(last, 0x80, 0xbf, to);
    for (const ranges of UTF8) {
      const beforeLast = ranges.slice(0, -1).reduce((state: State, range) => {
        const [low, high = low] = range;
        return grammar.bytes(state, low, high);
      }, from);
      const [low, high = low] = ranges[ranges.length - 1];
      grammar.bytes(beforeLast, low, high, last);
    }
    this.addEscapes(grammar.text(from, '\\'), to);
  }

  private addEscapes(from: State, to: State): void {
    const { grammar } = this;
    grammar.oneOf(from, '"\\/bfnrt', to);
    const hex = grammar.text(from, 'u');
    // D800 to DBFF stand first in a pair, DC00 to DFFF second: alone they are no character.
    const [three, two, one] = [grammar.state(), grammar.state(), grammar.state()];
    grammar.oneOf(hex, '0123456789abcefABCEF', three);
    const afterD = grammar.oneOf(hex, 'dD');
    grammar.oneOf(afterD, '01234567', two);
    this.hex(three, two);
    this.hex(two, one);
    this.hex(one, to);
    const high = this.hex(this.hex(grammar.oneOf(afterD, '89abAB')));
    const low = grammar.oneOf(grammar.oneOf(grammar.text(high, '\\u'), 'dD'), 'cdefCDEF');
    grammar.empty(low, two);
  }

  private hex(from: State, to: State = this.grammar.state()): State {
    HEX.forEach(([low, high]) => this.grammar.bytes(from, low, high, to));
    return to;
  }

  private digit(from: State): State {
    return this.grammar.bytes(from, 0x30, 0x39);
  }

  /** Up to `most` digits. */
  private addDigits(from: State, most: number, to: State): void {
    let state = from;
    this.grammar.empty(state, to);
    for (let i = 0; i < most; i++) {
      state = this.digit(state);
      this.grammar.empty(state, to);
    }
  }
}
