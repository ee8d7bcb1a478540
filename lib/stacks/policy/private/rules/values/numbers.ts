import { numberText } from '../../../../../validation';
import { RuleFlaw } from '../../policy-rule';

/** What is wrong with the figure of a rule. */
export function figureFlaws(value: number, is: (value: number) => boolean, allowed: string, at?: string): RuleFlaw[] {
  return Number.isFinite(value) && is(value)
    ? []
    : [{ at, got: numberText(value), allowed, fix: 'give such a number, or leave the rule out' }];
}

/** A greater ceiling than that of the wider layer. */
export function ceilingWidenings(
  narrower: number | undefined,
  wider: number | undefined,
  unit: string,
  at?: string,
): RuleFlaw[] {
  return narrower !== undefined && wider !== undefined && narrower > wider
    ? [
        {
          at,
          got: `${narrower}${unit}`,
          allowed: `at most ${wider}${unit}`,
          fix: 'lower it, or raise it in the wider layer',
        },
      ]
    : [];
}

/** What is said of fleets whose size nobody knows before their deployment. */
export const UNKNOWN_SIZE = {
  key: 'capacity',
  got: 'a size that is only known at deployment',
  allowed: 'numbers, because nothing can be proved of other sizes',
  fix: 'write the sizes of the fleet, its warm pool and its scheduled actions out',
};
