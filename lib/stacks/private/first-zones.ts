import { Fn } from 'aws-cdk-lib';
import { MAX_ZONES } from '../../fleet/network/private/zones';

/**
 * The first Availability Zones of the region at deployment. CDK would look them up during synthesis, even for a `Vpc`
 * that names its zones, and keep them in cdk.context.json.
 */
export function firstZones(): string[] {
  return Array.from({ length: MAX_ZONES }, (_, index) => Fn.select(index, Fn.getAzs()));
}
