import { Token } from 'aws-cdk-lib';
import { numberText, Problem } from '../../../validation';

/** A number that is not whole, not in its range, or not known: files of the AMI hold it, where no deployment fills it in. */
export function numberProblems(
  what: string,
  got: number | undefined,
  [least, most]: readonly [least: number, most: number],
  fix: string,
): Problem[] {
  if (got === undefined || (!Token.isUnresolved(got) && Number.isInteger(got) && got >= least && got <= most)) {
    return [];
  }
  return [{ what, got: numberText(got), allowed: `${least} to ${most}`, fix }];
}
