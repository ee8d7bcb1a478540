import { Duration, Token } from 'aws-cdk-lib';
import { Problem } from '../../validation';

/** The least and the greatest that is allowed, both included. */
export interface NumberRange {
  readonly least: number;
  readonly most?: number;
  /** Whether only whole numbers are allowed. */
  readonly whole?: boolean;
}

/** A number that is out of its range; a token is not known yet and passes. */
export function numberProblems(what: string, value: number | undefined, range: NumberRange): Problem[] {
  const { least, most = Infinity, whole = false } = range;
  if (value === undefined || Token.isUnresolved(value)) {
    return [];
  }
  if (Number.isFinite(value) && value >= least && value <= most && (!whole || Number.isInteger(value))) {
    return [];
  }
  const kind = whole ? 'a whole number' : 'a number';
  const allowed = most === Infinity ? `${kind} from ${least}` : `${kind} from ${least} to ${most}`;
  return [{ what, got: `${value}`, allowed, fix: 'give a number in that range' }];
}

/** A number that must be above zero. */
export function positiveProblems(what: string, value: number | undefined): Problem[] {
  if (value === undefined || Token.isUnresolved(value) || (Number.isFinite(value) && value > 0)) {
    return [];
  }
  return [{ what, got: `${value}`, allowed: 'a number above 0', fix: 'give a number in that range' }];
}

/**
 * A time that is out of its range, or that is only known at deployment: other times are computed from it, and CDK cannot
 * add up times that it does not know.
 */
export function durationProblems(
  what: string,
  value: Duration | undefined,
  least: Duration,
  most: Duration,
): Problem[] {
  if (value === undefined) {
    return [];
  }
  const allowed = `${least.toHumanString()} to ${most.toHumanString()}`;
  if (value.isUnresolved()) {
    const fix = 'give a Duration of a number: other times are computed from it';
    return [{ what, got: 'a time that is only known at deployment', allowed, fix }];
  }
  const milliseconds = value.toMilliseconds();
  if (milliseconds >= least.toMilliseconds() && milliseconds <= most.toMilliseconds()) {
    return [];
  }
  return [{ what, got: value.toHumanString(), allowed, fix: 'give a time in that range' }];
}

/** A time in the unit that AWS takes, rounded up. */
export function wholeSeconds(time: Duration): Duration {
  return Duration.seconds(Math.ceil(time.toMilliseconds() / 1000));
}
