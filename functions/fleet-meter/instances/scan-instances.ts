import { CpuOptions, EC2Client, Filter, Instance, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import { copyOf, PoolCounts } from './pool-counts';

/**
 * Auto Scaling puts it on each of its instances
 * (https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html, read 2026-11-23).
 */
const GROUP_TAG = 'aws:autoscaling:groupName';

/** The most that EC2 gives in one page. */
const PAGE_SIZE = 1000;

/**
 * Counts the running instances of groups, page by page. An instance that moves to a later page while the pages are read
 * is counted once. Beside the page that is read, only the ids of this scan are kept.
 *
 * @throws whatever EC2 answers after the last attempt, or when the signal says to stop
 */
export async function scanInstances(
  client: EC2Client,
  groups: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, PoolCounts>> {
  const counts = new Map(groups.map((group) => [group, new PoolCounts()]));
  const seen = new Set<string>();
  const pages = paginateDescribeInstances(
    { client, pageSize: PAGE_SIZE },
    { Filters: filtersOf(groups) },
    {
      abortSignal: signal,
    },
  );
  for await (const { Reservations: reservations = [] } of pages) {
    for (const instance of reservations.flatMap(({ Instances: instances = [] }) => instances)) {
      const group = counts.get(groupOf(instance) ?? '');
      const id = instance.InstanceId ?? '';
      if (group !== undefined && !seen.has(id)) {
        seen.add(copyOf(id));
        group.add(countedInstance(instance));
      }
    }
    signal.throwIfAborted();
  }
  return counts;
}

function filtersOf(groups: readonly string[]): Filter[] {
  return [
    { Name: `tag:${GROUP_TAG}`, Values: groups.map(literally) },
    { Name: 'instance-state-name', Values: ['running'] },
  ];
}

/** EC2 takes `*` and `?` in filters as wildcards: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html */
function literally(value: string): string {
  return value.replace(/[*?\\]/g, '\\$&');
}

function groupOf({ Tags: tags = [] }: Instance): string | undefined {
  return tags.find(({ Key }) => Key === GROUP_TAG)?.Value;
}

/** Undefined when EC2 does not say: CPU options are no property of every type (bare metal has none to set). */
function vcpusOf({ CoreCount, ThreadsPerCore }: CpuOptions = {}): number | undefined {
  return CoreCount === undefined || ThreadsPerCore === undefined ? undefined : CoreCount * ThreadsPerCore;
}

function countedInstance({ InstanceType, Placement, InstanceLifecycle, CpuOptions: cpuOptions }: Instance) {
  return {
    instanceType: InstanceType ?? 'unknown',
    zone: Placement?.AvailabilityZone ?? 'unknown',
    spot: InstanceLifecycle === 'spot',
    vcpus: vcpusOf(cpuOptions),
  };
}
