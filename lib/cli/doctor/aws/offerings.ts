import { Check, ok, problem, skipped, warning } from '../check';
import { AwsCheck, RegionUnderTest, typesIn } from './aws-check';
import { zonesOf } from './zones';

const ID = 'aws.offerings';

/** Whether the instance types are offered in the Availability Zones of each group. */
export const OFFERINGS: AwsCheck = {
  id: ID,
  check: async (region) => {
    const offered = await zonesByType(region);
    const checks: Check[] = [];
    for (const group of region.groups) {
      const id = `${ID}.${group.path}`;
      const zones = await zonesOf(region.aws, group);
      checks.push(
        zones.length === 0
          ? skipped(id, 'the Availability Zones of its subnets are only known at deployment')
          : judge(id, group.instanceTypes, zones, offered),
      );
    }
    return checks;
  },
};

function judge(
  id: string,
  types: readonly string[],
  zones: readonly string[],
  offered: ReadonlyMap<string, ReadonlySet<string>>,
): Check {
  const lacking = types.flatMap((type) => {
    const missing = zones.filter((zone) => !offered.get(type)?.has(zone));
    return missing.length === 0 ? [] : [{ type, missing }];
  });
  const found = lacking.map(({ type, missing }) => `${type} is not offered in ${missing.join(', ')}`).join('; ');
  const empty = zones.filter((zone) => types.every((type) => !offered.get(type)?.has(zone)));
  if (empty.length > 0) {
    return problem(id, found, `use other zones or types: none of the types is offered in ${empty.join(', ')}`);
  }
  return lacking.length === 0
    ? ok(id, `${types.join(', ')} offered in ${zones.join(', ')}`)
    : warning(id, found, 'the group launches another of its types there, or unevenly; use other zones or types');
}

async function zonesByType(region: RegionUnderTest): Promise<Map<string, Set<string>>> {
  const offerings = await region.aws.all(
    'ec2:DescribeInstanceTypeOfferings',
    ({ sdk, ec2, signal }) =>
      sdk.paginateDescribeInstanceTypeOfferings(
        { client: ec2 },
        { LocationType: 'availability-zone', Filters: [{ Name: 'instance-type', Values: typesIn(region) }] },
        { abortSignal: signal },
      ),
    ({ InstanceTypeOfferings }) => InstanceTypeOfferings,
  );
  const zones = new Map<string, Set<string>>();
  for (const { InstanceType = '', Location = '' } of offerings) {
    zones.set(InstanceType, (zones.get(InstanceType) ?? new Set()).add(Location));
  }
  return zones;
}
