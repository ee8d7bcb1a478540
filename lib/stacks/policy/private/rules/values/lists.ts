import { listed, RuleFlaw } from '../../policy-rule';

/** A list of nothing allows nothing, which nobody means. */
export function emptyFlaws(values: readonly unknown[], what: string): RuleFlaw[] {
  return values.length > 0
    ? []
    : [{ got: 'an empty list', allowed: `at least one of the ${what}`, fix: 'list some, or leave the rule out' }];
}

/** What a narrower list has that the wider one has not. */
export function listWidenings(narrower: readonly string[], wider: readonly string[]): RuleFlaw[] {
  return narrower
    .filter((value) => !wider.includes(value))
    .map((value) => ({ got: value, allowed: listed(wider), fix: 'leave it out, or let the wider layer allow it' }));
}
