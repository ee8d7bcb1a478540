import { Token } from 'aws-cdk-lib';
import { InstanceCatalog } from '../../../../catalog';
import { Problem } from '../../../../validation';
import { BandwidthWeighting } from '../../bandwidth-weighting';
import { Remark } from '../selection/instance-selection';

/** Types on which the weighting cannot be had; EC2 would refuse to start them. */
export function bandwidthProblems(
  weighting: BandwidthWeighting | undefined,
  instanceTypes: readonly string[],
): Problem[] {
  const refused = weighting ? instanceTypes.filter((type) => weightingOf(type) === false) : [];
  if (refused.length === 0) {
    return [];
  }
  return [
    {
      what: 'capacity.bandwidthWeighting',
      got: `${weighting} for ${refused.join(', ')}`,
      allowed: 'types of m8g, m8gd, c8g, c8gd, r8g, r8gd, x8g',
      fix: 'leave out the weighting or these types: the launch template has one weighting for all of them',
    },
  ];
}

/** A warning for types of which no source says whether they have it. */
export function bandwidthRemarks(
  weighting: BandwidthWeighting | undefined,
  instanceTypes: readonly string[],
): Remark[] {
  const unknown = weighting ? instanceTypes.filter((type) => weightingOf(type) === undefined) : [];
  if (unknown.length === 0) {
    return [];
  }
  const text =
    `bandwidthWeighting ${weighting}: AWS's list of 2026-11-23 does not say whether ${unknown.join(', ')} support it. ` +
    'EC2 refuses to start instances that do not: try one before you deploy.';
  return [{ id: 'unknownBandwidthWeighting', level: 'warning', text }];
}

function weightingOf(instanceType: string): boolean | undefined {
  return Token.isUnresolved(instanceType) ? undefined : InstanceCatalog.lookup(instanceType)?.bandwidthWeighting;
}
