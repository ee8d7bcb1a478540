import { PolicyViolation } from '../policy-violation';

/** A violation in one line. */
export function violationText({ rule, ruleAt, fleet, key, got, allowed, fix }: PolicyViolation): string {
  return `${fleet ?? 'all fleets'}: ${key}: got ${got}, allowed ${allowed} (rule ${rule} at ${ruleAt}): ${fix}`;
}
