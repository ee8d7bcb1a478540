import * as data from '../data/instance-families.json';
import { ownValue } from './own-value';

/** One family as the data file holds it. */
export interface FamilyRow {
  readonly processor?: string;
  readonly architecture: string;
  /** Key of the table with the sizes of this family. */
  readonly sizes: string;
  readonly gibPerVcpu?: number;
  /** GiB by size, where memory does not follow the vCPUs. */
  readonly memoryGib?: Record<string, number>;
  /** Key of the table with the disks of this family. */
  readonly nvme?: string;
}

/** `vcpus, networkBaselineGbps, networkBurstGbps, ebsBaselineMbps, ebsBurstMbps, efa`. */
export type SizeRow = readonly [number, number, number, number, number, number];

/** `disks, gigabytesPerDisk`. */
export type DiskRow = readonly [number, number];

export const INSTANCE_SOURCE: string = data.source;
export const INSTANCE_AS_OF: string = data.asOf;

const FAMILIES = data.families as Record<string, FamilyRow>;
const SIZES = data.sizes as unknown as Record<string, Record<string, SizeRow>>;
const DISKS = data.nvme as unknown as Record<string, Record<string, DiskRow>>;
const BANDWIDTH_WEIGHTING = {
  families: data.bandwidthWeighting.families.split(' '),
  notListedYet: data.bandwidthWeighting.notListedYet.split(' '),
};
const NUMA_NODES = data.numaNodes.byProcessor as Record<string, Record<string, number | null>>;

/** Names of all families, newest processor first, then those with x86 processors. */
export function familyNames(): string[] {
  return Object.keys(FAMILIES);
}

export function familyRow(family: string): FamilyRow | undefined {
  return ownValue(FAMILIES, family);
}

/** Sizes of a family, smallest first; empty for an unknown family. */
export function sizesOf(family: string): Record<string, SizeRow> {
  const row = familyRow(family);
  return row === undefined ? {} : SIZES[row.sizes];
}

/** Disks of a size; undefined where there are none. */
export function disksOf(family: FamilyRow, size: string): DiskRow | undefined {
  return family.nvme === undefined ? undefined : DISKS[family.nvme][size];
}

/** NUMA nodes of a size; undefined where no source tells. */
export function numaNodesOf(family: FamilyRow, size: string): number | undefined {
  const nodes = ownValue(NUMA_NODES, family.processor ?? '');
  if (nodes === undefined) {
    return undefined;
  }
  return (size in nodes ? nodes[size] : nodes.default) ?? undefined;
}

/** Whether a family's bandwidth can be shifted between network and EBS; undefined where no source tells. */
export function bandwidthWeightingOf(family: string): boolean | undefined {
  return BANDWIDTH_WEIGHTING.notListedYet.includes(family) ? undefined : BANDWIDTH_WEIGHTING.families.includes(family);
}

export function familiesOfProcessor(processor: string): string[] {
  return familyNames().filter((family) => FAMILIES[family].processor === processor);
}
