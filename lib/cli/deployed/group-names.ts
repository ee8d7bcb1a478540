import type { Instance } from '@aws-sdk/client-ec2';
import { AwsRegion } from '../aws/aws-region';

const GROUP_TAG = 'aws:autoscaling:groupName';

/**
 * The names of the groups that a stack made under a logical id, from the tags of their instances: CloudFormation tags
 * the group with its stack, and Auto Scaling the instances with that and the group.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html and
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html, read 2026-11-23
 */
export async function groupNames(aws: AwsRegion, stackName: string, logicalId: string): Promise<string[]> {
  const instances = await aws.all(
    'ec2:DescribeInstances',
    ({ sdk, ec2, signal }) =>
      sdk.paginateDescribeInstances(
        { client: ec2, pageSize: 1000 },
        {
          Filters: [
            { Name: 'tag:aws:cloudformation:stack-name', Values: [stackName] },
            { Name: 'tag:aws:cloudformation:logical-id', Values: [logicalId] },
            { Name: 'instance-state-name', Values: ['pending', 'running'] },
          ],
        },
        { abortSignal: signal },
      ),
    ({ Reservations = [] }) => Reservations.flatMap(({ Instances = [] }) => Instances),
  );
  return [...new Set(instances.flatMap((instance) => tagOf(instance, GROUP_TAG) ?? []))];
}

function tagOf({ Tags = [] }: Instance, key: string): string | undefined {
  return Tags.find(({ Key }) => Key === key)?.Value;
}
