import { AwsRegion } from '../aws/aws-region';
import { AssemblyResource } from '../preview/assembly/read-assembly';

/** Elastic Load Balancing describes each of its network interfaces as `ELB app/name/id`, or `net`. */
const DESCRIPTION = /^ELB ((?:app|net)\/\S+)$/;

/**
 * The full name of a load balancer, by which CloudWatch knows it: its network interfaces have it, and are found by its
 * security groups, which carry the tags of the stack.
 */
export async function loadBalancerNames(
  aws: AwsRegion,
  stackName: string,
  { properties }: AssemblyResource,
): Promise<string[]> {
  const logicalIds = (JSON.stringify(properties.SecurityGroups ?? []).match(/\{(\w+)\.GroupId\}/g) ?? []).map((text) =>
    text.slice(1, text.indexOf('.')),
  );
  const groups = logicalIds.length === 0 ? [] : await securityGroups(aws, stackName, logicalIds);
  if (groups.length === 0) {
    return [];
  }
  const interfaces = await aws.all(
    'ec2:DescribeNetworkInterfaces',
    ({ sdk, ec2, signal }) =>
      sdk.paginateDescribeNetworkInterfaces(
        { client: ec2 },
        { Filters: [{ Name: 'group-id', Values: groups }] },
        { abortSignal: signal },
      ),
    ({ NetworkInterfaces }) => NetworkInterfaces,
  );
  return [...new Set(interfaces.flatMap(({ Description = '' }) => DESCRIPTION.exec(Description)?.[1] ?? []))];
}

async function securityGroups(aws: AwsRegion, stackName: string, logicalIds: string[]): Promise<string[]> {
  const groups = await aws.all(
    'ec2:DescribeSecurityGroups',
    ({ sdk, ec2, signal }) =>
      sdk.paginateDescribeSecurityGroups(
        { client: ec2 },
        {
          Filters: [
            { Name: 'tag:aws:cloudformation:stack-name', Values: [stackName] },
            { Name: 'tag:aws:cloudformation:logical-id', Values: logicalIds },
          ],
        },
        { abortSignal: signal },
      ),
    ({ SecurityGroups }) => SecurityGroups,
  );
  return groups.flatMap(({ GroupId }) => GroupId ?? []);
}
