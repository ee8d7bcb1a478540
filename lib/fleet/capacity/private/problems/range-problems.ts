import { Token } from 'aws-cdk-lib';
import { Problem } from '../../../../validation';
import { NumberRange } from '../../number-range';

const ALLOWED = 'numbers from 0 on, min not above max';

/** What is wrong with a range; nothing when it is not given. */
export function rangeProblems(what: string, range: NumberRange | undefined): Problem[] {
  const { min, max } = range ?? {};
  const bounds = [min, max].filter((bound) => bound !== undefined);
  if (bounds.some((bound) => Token.isUnresolved(bound))) {
    const got = 'a value that is only known at deployment';
    return [{ what, got, allowed: ALLOWED, fix: 'write the numbers out: instance types are selected at synthesis' }];
  }
  if (bounds.some((bound) => !Number.isFinite(bound) || bound < 0) || (min ?? 0) > (max ?? Infinity)) {
    return [{ what, got: describe(range!), allowed: ALLOWED, fix: 'correct the range' }];
  }
  return [];
}

/** Whether a figure is in a range; a figure that is not known is in no range that has bounds. */
export function isInRange(range: NumberRange | undefined, figure: number | undefined): boolean {
  const { min, max } = range ?? {};
  if (min === undefined && max === undefined) {
    return true;
  }
  return figure !== undefined && figure >= (min ?? 0) && figure <= (max ?? Infinity);
}

/** A range as one reads it: `8 to 64`, `from 8`, `up to 64`, `any`. */
export function describe({ min, max }: NumberRange): string {
  if (min !== undefined && max !== undefined) {
    return `${min} to ${max}`;
  }
  if (min !== undefined) {
    return `from ${min}`;
  }
  return max === undefined ? 'any' : `up to ${max}`;
}
