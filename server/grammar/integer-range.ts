import { GrammarBuilder, State } from './grammar-builder';

/** Digits of an integer: as many as a JSON parser reads exactly, and a model cannot go on with for ever. */
export const INTEGER_DIGITS = 15;
export const LARGEST_INTEGER = 10 ** INTEGER_DIGITS - 1;

const ZERO = 0x30;
const digitOf = (digits: string, at: number): number => Number(digits[at]);

/** Adds the numbers of as many digits as both ends have; `isLow`, `isHigh`: the digits so far are those of that end. */
class DigitsBetween {
  private readonly known = new Map<string, State>();

  public constructor(
    private readonly grammar: GrammarBuilder,
    private readonly low: string,
    private readonly high: string,
  ) {}

  public add(from: State, at = 0, isLow = true, isHigh = true): void {
    const least = isLow ? digitOf(this.low, at) : 0;
    const most = isHigh ? digitOf(this.high, at) : 9;
    for (let digit = least; digit <= most; digit++) {
      this.step(from, digit, at, isLow && digit === least, isHigh && digit === most);
    }
  }

  private step(from: State, digit: number, at: number, isLow: boolean, isHigh: boolean): void {
    const key = `${at} ${isLow} ${isHigh}`;
    const known = this.known.get(key);
    const target = known ?? this.grammar.state();
    this.grammar.bytes(from, ZERO + digit, ZERO + digit, target);
    if (known !== undefined) {
      return;
    }
    this.known.set(key, target);
    if (at + 1 === this.low.length) {
      this.grammar.accept(target);
    } else {
      this.add(target, at + 1, isLow, isHigh);
    }
  }
}

/** Integers that are not negative. */
function addMagnitudes(grammar: GrammarBuilder, from: State, low: number, high: number): void {
  for (let digits = String(low).length; digits <= String(high).length; digits++) {
    const least = Math.max(low, digits === 1 ? 0 : 10 ** (digits - 1));
    new DigitsBetween(grammar, String(least), String(Math.min(high, 10 ** digits - 1))).add(from);
  }
}

/** Adds the integers from `low` to `high`, both whole and within `LARGEST_INTEGER` of zero, to a rule. */
export function addIntegers(grammar: GrammarBuilder, rule: State, low: number, high: number): void {
  if (high >= 0) {
    addMagnitudes(grammar, rule, Math.max(0, low), high);
  }
  if (low < 0) {
    addMagnitudes(grammar, grammar.text(rule, '-'), Math.max(1, -high), -low);
  }
}
