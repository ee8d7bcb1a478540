import { AwsRegion } from '../../aws/aws-region';
import { AssemblyGroup } from '../../deployed/assembly-groups';

/**
 * The Availability Zones in which a group launches instances. `Fn::GetAZs` of a template gives the names in their order.
 *
 * @throws AwsRefusal when AWS does not answer
 */
export async function zonesOf(aws: AwsRegion, { subnets }: AssemblyGroup): Promise<string[]> {
  const all = subnets.some(({ zoneIndex }) => zoneIndex !== undefined) ? await zonesOfRegion(aws) : [];
  const ids = subnets.flatMap(({ subnetId }) => subnetId ?? []);
  const existing = ids.length === 0 ? [] : await zonesOfSubnets(aws, ids);
  const named = subnets.flatMap(
    ({ zone, zoneIndex }) => zone ?? (zoneIndex === undefined ? [] : (all[zoneIndex] ?? [])),
  );
  return [...new Set([...named, ...existing])].sort();
}

async function zonesOfRegion(aws: AwsRegion): Promise<string[]> {
  const { AvailabilityZones = [] } = await aws.ask('ec2:DescribeAvailabilityZones', ({ sdk, ec2, signal }) =>
    ec2.send(
      new sdk.DescribeAvailabilityZonesCommand({
        Filters: [
          { Name: 'zone-type', Values: ['availability-zone'] },
          { Name: 'state', Values: ['available'] },
        ],
      }),
      { abortSignal: signal },
    ),
  );
  return AvailabilityZones.flatMap(({ ZoneName }) => ZoneName ?? []).sort();
}

async function zonesOfSubnets(aws: AwsRegion, subnetIds: string[]): Promise<string[]> {
  const subnets = await aws.all(
    'ec2:DescribeSubnets',
    ({ sdk, ec2, signal }) =>
      sdk.paginateDescribeSubnets(
        { client: ec2 },
        { Filters: [{ Name: 'subnet-id', Values: subnetIds }] },
        { abortSignal: signal },
      ),
    ({ Subnets }) => Subnets,
  );
  return subnets.flatMap(({ AvailabilityZone }) => AvailabilityZone ?? []);
}
