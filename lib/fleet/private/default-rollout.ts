import { Duration } from 'aws-cdk-lib';
import { FleetRollout } from '../fleet-rollout';
import { ColdStart } from '../lifecycle';

/** What `FleetRollout.canary()` waits. */
const CANARY_SECONDS = Duration.minutes(15).toSeconds();

/** Canaries that are watched for a quarter of an hour, or for as long as they took to start. */
export function defaultRollout({ total }: ColdStart): FleetRollout {
  return FleetRollout.canary({ canaryTime: Duration.seconds(Math.max(total.toSeconds(), CANARY_SECONDS)) });
}
