import { Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { InstanceCatalog, InstanceFacts } from '../../../../catalog';
import { Problem } from '../../../../validation';
import { FleetPlacement } from '../../fleet-placement';

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/limitations-placement-groups.html, read 2026-11-23. */
const MAX_PARTITIONS_PER_ZONE = 7;
const MAX_RACKS_PER_ZONE = 7;

/** What a placement asks of the instance types. */
export function placementProblems(placement: FleetPlacement, instanceTypes: readonly string[]): Problem[] {
  return [
    ...partitionProblems(placement._partitions),
    ...(placement._inOneZone ? typeProblems(instanceTypes, 'a cluster placement group', isNotBurstable) : []),
    ...(placement._elasticFabricAdapter ? typeProblems(instanceTypes, 'an Elastic Fabric Adapter', hasFabric) : []),
  ];
}

/** What a placement on racks of their own asks of the number of instances. */
export function rackProblems(placement: FleetPlacement, maxInstances: number, zones: number): Problem[] {
  const most = MAX_RACKS_PER_ZONE * zones;
  if (
    placement._strategy !== ec2.PlacementGroupStrategy.SPREAD ||
    Token.isUnresolved(maxInstances) ||
    maxInstances <= most
  ) {
    return [];
  }
  return [
    {
      what: 'capacity.placement',
      got: `up to ${maxInstances} instances on racks of their own in ${zones} zones`,
      allowed: `${MAX_RACKS_PER_ZONE} in each zone, ${most} in all`,
      fix: 'lower the greatest size, use subnets in more zones, or use FleetPlacement.partitions()',
    },
  ];
}

function partitionProblems(partitions: number | undefined): Problem[] {
  if (
    partitions === undefined ||
    (Number.isInteger(partitions) && partitions >= 1 && partitions <= MAX_PARTITIONS_PER_ZONE)
  ) {
    return [];
  }
  const fix = 'give a whole number of partitions in that range';
  const got = Token.isUnresolved(partitions) ? 'a value that is only known at deployment' : `${partitions}`;
  return [{ what: 'capacity.placement', got, allowed: `1 to ${MAX_PARTITIONS_PER_ZONE}`, fix }];
}

function typeProblems(
  instanceTypes: readonly string[],
  whatFor: string,
  isAllowed: (facts: InstanceFacts) => boolean,
): Problem[] {
  const refused = instanceTypes.filter((type) => {
    const facts = Token.isUnresolved(type) ? undefined : InstanceCatalog.lookup(type);
    return facts !== undefined && !isAllowed(facts);
  });
  if (refused.length === 0) {
    return [];
  }
  const families = new Set(refused.map((type) => type.split('.')[0]));
  const able = [...families].flatMap((family) => InstanceCatalog.instanceTypesOf(family).filter(isAllowed));
  const names = able.map(({ instanceType }) => instanceType);
  return [
    {
      what: 'capacity.placement',
      got: `${refused.join(', ')} in ${whatFor}`,
      allowed: names.length > 0 ? names.join(', ') : 'types of other families',
      fix: 'use such a type, or another placement',
    },
  ];
}

function isNotBurstable({ family }: InstanceFacts): boolean {
  return !family.startsWith('t');
}

function hasFabric({ efa }: InstanceFacts): boolean {
  return efa === true;
}
