import type { InstanceTypeInfo } from '@aws-sdk/client-ec2';
import { InstanceCatalog } from '../../../catalog';
import { Check, ok, problem, skipped } from '../check';
import { AwsCheck, typesIn } from './aws-check';

const ID = 'aws.typeFacts';
const MIB_PER_GIB = 1024;

/** Whether EC2 says of the types what the catalog of this library says. */
export const TYPE_FACTS: AwsCheck = {
  id: ID,
  check: async (region) => {
    const types = typesIn(region);
    const infos = await region.aws.all(
      'ec2:DescribeInstanceTypes',
      ({ sdk, ec2, signal }) =>
        sdk.paginateDescribeInstanceTypes(
          { client: ec2 },
          // By filter: a type that the region does not know would be an error by name.
          { Filters: [{ Name: 'instance-type', Values: types }] },
          { abortSignal: signal },
        ),
      ({ InstanceTypes }) => InstanceTypes,
    );
    return types.map((type) =>
      judge(
        type,
        infos.find(({ InstanceType }) => InstanceType === type),
      ),
    );
  },
};

function judge(type: string, info?: InstanceTypeInfo): Check {
  const id = `${ID}.${type}`;
  const facts = InstanceCatalog.lookup(type);
  if (!info || !facts) {
    return skipped(id, info ? 'the catalog of this library does not have it' : 'EC2 does not know it in this region');
  }
  const vcpus = info.VCpuInfo?.DefaultVCpus;
  const memoryGib = (info.MemoryInfo?.SizeInMiB ?? NaN) / MIB_PER_GIB;
  const architectures = info.ProcessorInfo?.SupportedArchitectures ?? [];
  const differences = [
    ...(vcpus === facts.vcpus ? [] : [`${vcpus} vCPUs, here ${facts.vcpus}`]),
    ...(memoryGib === facts.memoryGib ? [] : [`${memoryGib} GiB, here ${facts.memoryGib} GiB`]),
    ...(architectures.includes(facts.architecture) ? [] : [`${architectures.join(', ')}, here ${facts.architecture}`]),
  ];
  return differences.length === 0
    ? ok(id, `${type}: ${vcpus} vCPUs, ${memoryGib} GiB, ${facts.architecture}, as in the catalog of ${facts.asOf}`)
    : problem(id, `${type}: EC2 says ${differences.join('; ')} (${facts.asOf})`, 'use a newer version of this library');
}
