import { RuleFlaw } from '../../policy-rule';

/** What the wider layer requires stays required. */
export function requirementWidenings(narrower: boolean, wider: boolean): RuleFlaw[] {
  return wider && !narrower
    ? [{ got: 'false', allowed: 'true', fix: 'leave it out, or let the wider layer leave it out' }]
    : [];
}
