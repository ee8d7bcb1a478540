import { VulnerabilitySeverity } from '../vulnerability-severity';

const WORST_FIRST = [
  VulnerabilitySeverity.CRITICAL,
  VulnerabilitySeverity.HIGH,
  VulnerabilitySeverity.MEDIUM,
  VulnerabilitySeverity.LOW,
];

/** A severity and all that are worse. */
export function atLeast(severity: VulnerabilitySeverity): VulnerabilitySeverity[] {
  return WORST_FIRST.slice(0, WORST_FIRST.indexOf(severity) + 1);
}
