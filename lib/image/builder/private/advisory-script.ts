import { VulnerabilitySeverity } from '../vulnerability-severity';
import { atLeast } from './severities';

/** As dnf prints severities: Amazon Linux says Medium, and the distributions that it comes from say Moderate. */
const DNF_SEVERITIES: Record<VulnerabilitySeverity, string[]> = {
  CRITICAL: ['Critical'],
  HIGH: ['Important'],
  MEDIUM: ['Medium', 'Moderate'],
  LOW: ['Low'],
};

/**
 * Fails when an installed package has an advisory at or above the severity, and when dnf cannot tell. Each advisory is
 * printed once for each package.
 */
export function advisoryScript(stopAt: VulnerabilitySeverity): string {
  const severities = atLeast(stopAt).flatMap((severity) => DNF_SEVERITIES[severity]);
  return [
    // The AMI's own release lists no advisories that came after it.
    'advisories="$(dnf --quiet --refresh --releasever=latest updateinfo list --security)"',
    `found="$(echo "$advisories" | grep -E '[[:space:]](${severities.join('|')})/Sec\\.' || true)"`,
    'if [ -n "$found" ]; then',
    '  echo "$found" >&2',
    `  echo "$(echo "$found" | wc -l) advisories at or above ${stopAt}, expected none: update the packages" >&2`,
    '  exit 1',
    'fi',
  ].join('\n');
}
