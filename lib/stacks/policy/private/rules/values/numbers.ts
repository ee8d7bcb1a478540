import { numberText } from '../../../../../validation';
import { PolicedFleet } from '../../policed/policed-fleet';
import { RuleFinding, RuleFlaw } from '../../policy-rule';

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

const UNKNOWN_SIZE: RuleFinding = {
  key: 'capacity',
  got: 'a size that is only known at deployment',
  allowed: 'numbers, because nothing can be proved of other sizes',
  fix: 'write the sizes of the fleet, its warm pool and its scheduled actions out',
};

const UNBOUNDED_SIZE: RuleFinding = {
  key: 'scaling',
  got: 'predictive scaling that may raise the greatest size for good',
  allowed: 'HonorMaxCapacity, because nothing can be proved of what has no end',
  fix: 'use fleet.scalePredictively()',
};

/** What is said of fleets whose greatest size nobody knows before their deployment. */
export function unknownSize({ isUnbounded }: PolicedFleet): RuleFinding {
  return isUnbounded ? UNBOUNDED_SIZE : UNKNOWN_SIZE;
}
