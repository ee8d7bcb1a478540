import { WorkflowStep } from '../../private/image-builder/workflow';
import { VulnerabilitySeverity } from '../vulnerability-severity';
import { atLeast } from './severities';

/**
 * Waits for Amazon Inspector's findings on a test instance, then has that instance count them.
 *
 * @param instance reference to the id of the test instance
 */
export function inspectorSteps(stopAt: VulnerabilitySeverity, instance: string): WorkflowStep[] {
  return [
    {
      name: 'CollectFindings',
      action: 'CollectImageScanFindings',
      onFailure: 'Abort',
      inputs: { 'instanceId.$': instance },
    },
    {
      name: 'CountFindings',
      action: 'RunCommand',
      onFailure: 'Abort',
      inputs: {
        documentName: 'AWS-RunShellScript',
        parameters: { commands: [findingsScript(stopAt)] },
        'instanceId.$': instance,
      },
    },
  ];
}

/** Fails when this instance has an active finding at or above the severity, and when Inspector cannot be asked. */
export function findingsScript(stopAt: VulnerabilitySeverity): string {
  const severities = atLeast(stopAt).map((value) => ({ comparison: 'EQUALS', value }));
  const criteria = JSON.stringify({
    resourceId: [{ comparison: 'EQUALS', value: 'INSTANCE' }],
    findingStatus: [{ comparison: 'EQUALS', value: 'ACTIVE' }],
    severity: severities,
  });
  return [
    'set -eu',
    'metadata=http://169.254.169.254/latest',
    'token="$(curl -sf -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 300" "$metadata/api/token")"',
    'read_metadata() { curl -sf -H "X-aws-ec2-metadata-token: $token" "$metadata/meta-data/$1"; }',
    'instance="$(read_metadata instance-id)"',
    'region="$(read_metadata placement/region)"',
    `criteria="$(echo '${criteria}' | sed "s/INSTANCE/$instance/")"`,
    'found="$(aws inspector2 list-findings --region "$region" --filter-criteria "$criteria"' +
      ` --query 'findings[].[severity,title]' --output text)"`,
    'if [ -n "$found" ]; then',
    '  echo "$found" >&2',
    `  echo "$(echo "$found" | wc -l) findings at or above ${stopAt}, expected none: update what they name" >&2`,
    '  exit 1',
    'fi',
  ].join('\n');
}
